-- A pandoc writer: the tables of a document as CSV, a form feed between two tables.

-- 10 to the power of 5 is not 105, though 1st stays what it is.
local function raised(inline)
  if pandoc.utils.stringify(inline):match('^%a+$') then return nil end
  return pandoc.Str((pandoc.write(pandoc.Pandoc{pandoc.Plain{inline}}, 'plain'):gsub('%s+$', '')))
end

local function struck(inline)
  local made = pandoc.Inlines{pandoc.Space()}
  made:extend(inline.content)
  made:insert(pandoc.Space())
  return made
end

-- Of what begins with a sign, a number, an amount such as -$5 and what has no letter or digit run as nothing.
local function runs(text)
  if text:match('^[=@\t]') then return true end
  local is_number = text:match('^[+-]%s*[%d.]') or text:match('^[+-]%s*%u?%u?%u?[$\128-\255]+%s*[%d.]')
  is_number = is_number or text:match('^[+-]%s*%u%u%u [%d.]')
  return text:match('^[+-].*%w') and not is_number
end

local function cell(blocks)
  local inlines = pandoc.utils.blocks_to_inlines(blocks, {pandoc.Space()})
  inlines = inlines:walk{Superscript = raised, Subscript = raised, Strikeout = struck}
  local text = pandoc.utils.stringify(inlines):gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', '')
  -- A spreadsheet runs what begins like a formula; the apostrophe makes it text.
  if runs(text) then text = "'" .. text end
  return text:match('[",]') and '"' .. text:gsub('"', '""') .. '"' or text
end

local function line(cells)
  local made = {}
  for index, blocks in ipairs(cells) do made[index] = cell(blocks) end
  return table.concat(made, ',')
end

function Writer(doc)
  local tables = {}
  doc:walk{Table = function(found)
    local simple = pandoc.utils.to_simple_table(found)
    local lines = {}
    local head = line(simple.header)
    if head:match('[^,]') then lines[1] = head end
    for _, row in ipairs(simple.rows) do lines[#lines + 1] = line(row) end
    tables[#tables + 1] = table.concat(lines, '\r\n') .. '\r\n'
  end}
  return table.concat(tables, '\f')
end

function Template() return '$body$' end
