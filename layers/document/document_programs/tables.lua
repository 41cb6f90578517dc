-- A pandoc writer: the tables of a document as CSV, a form feed between two tables.

local function cell(blocks)
  local inlines = pandoc.utils.blocks_to_inlines(blocks, {pandoc.Space()})
  local text = pandoc.utils.stringify(inlines):gsub('%s+', ' ')
  -- A spreadsheet runs what begins with these; the apostrophe makes it text.
  if text:match('^[=@\t]') or text:match('^[+-][^%d.]') then text = "'" .. text end
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
