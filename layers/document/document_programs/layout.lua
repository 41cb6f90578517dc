-- How a document lies on its page: which way its text runs and, for Typst, how high its lines and how wide its
-- tables are. Runs after clean.lua.

local typeset = FORMAT == 'typst'
local RIGHT_TO_LEFT = {{0x590, 0x8FF}, {0xFB1D, 0xFDFF}, {0xFE70, 0xFEFC}, {0x10800, 0x10FFF}, {0x1E800, 0x1EFFF}}
local TALL = {  -- how much more room between lines they need, by what their fonts say of themselves
  {0x600, 0x8FF, 1.5}, {0xFB50, 0xFEFC, 1.5}, {0x1000, 0x109F, 1.5}, {0xAA60, 0xAA7F, 1.5}, {0xF00, 0xFFF, 2.4},
}
local ANYWHERE = {{0xE00, 0x109F}, {0x1780, 0x17FF}, {0x2E80, 0xD7FF}, {0xF900, 0xFAFF}, {0xFE30, 0xFFEF}, {0x20000, 0x3FFFF}}
local LEAVES = {Para = true, Plain = true, Header = true, CodeBlock = true}
-- Points: the text's width on A4 upright and on its side, its margins, and around the words of a cell.
local UPRIGHT, ASIDE, MARGINS, INSET, WIDEST = 459, 705, 137, 14, 14000
local SHORT, LONGEST, FAIR = 6, 14, 40
-- In em: so much stays on one line; a word is given so much, then it is broken; a column at most so much.

local function range_of(code, ranges)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then return range end
  end
end

-- As its first letter does.
local function way_of(text)
  for _, code in utf8.codes(text, true) do
    if range_of(code, RIGHT_TO_LEFT) then return 'rtl' end
    if code >= 0xC0 and (code < 0x2000 or code > 0x2BFF) or utf8.char(code):match('%a') then return 'ltr' end
  end
end

local function tallness(text)
  local most = 1
  for _, code in utf8.codes(text, true) do
    local range = code >= 0x600 and range_of(code, TALL)
    if range and range[3] > most then most = range[3] end
  end
  return tostring(most)
end

-- How wide a character is at most, in em.
local function width_of(code)
  if code > 0x7F then return 1 end
  local char = string.char(code)
  return char:match("[ilj.,:;'|!()]") and 0.36 or char:match('[mwMW@%%]') and 0.95 or char:match('%u') and 0.72 or 0.6
end

-- The widths in em of a text on one line, and of its longest word.
local function widths_of(text)
  local whole, word, longest = 0, 0, 0
  for _, code in utf8.codes(text, true) do
    local width = width_of(code)
    whole = whole + width
    word = (code <= 32 or range_of(code, ANYWHERE)) and width or word + width
    longest = math.max(longest, word)
  end
  return whole, math.max(math.min(longest, LONGEST), math.min(whole, SHORT))
end

-- What each column of a table wants and needs, in em.
local function wishes(found)
  local wanted, needed = {}, {}
  for index in ipairs(found.colspecs) do wanted[index], needed[index] = 1, 1 end
  local function measure(rows)
    for _, row in ipairs(rows) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        if cell.col_span == 1 and wanted[column] then
          local whole, longest = widths_of(pandoc.utils.stringify(cell.contents))
          wanted[column], needed[column] = math.max(wanted[column], whole), math.max(needed[column], longest)
        end
        column = column + cell.col_span
      end
    end
  end
  measure(found.head.rows)
  for _, body in ipairs(found.bodies) do measure(body.head) measure(body.body) end
  measure(found.foot.rows)
  return wanted, needed
end

local function sum(widths, size)
  local total = 0
  for _, width in ipairs(widths) do total = total + width * size + INSET end
  return total
end

-- The size of the letters, and the width of the page's text, at which the longest words have room.
local function room(needed, top)
  for _, size in ipairs{10.5, 9, 8} do
    if sum(needed, size) <= UPRIGHT then return size, UPRIGHT end
  end
  if not top then return 8, UPRIGHT end
  for _, size in ipairs{9, 8} do
    if sum(needed, size) <= ASIDE then return size, ASIDE end
  end
  return 8, math.min(sum(needed, 8), WIDEST)
end

-- A table in which no word lies on another; `top`: it may have pages of its own.
local function laid(found, top)
  local wanted, needed = wishes(found)
  local all = sum(wanted, 10.5)
  for _, spec in ipairs(found.colspecs) do spec[2] = nil end
  if all <= UPRIGHT then return {found} end
  for index, width in ipairs(wanted) do wanted[index] = math.min(width, FAIR) end
  local size, width = room(needed, top)
  local least = sum(needed, size)
  local more, scale = math.max(sum(wanted, size) - least, 1), math.min(width / least, 1)
  for index, spec in ipairs(found.colspecs) do
    local part = (wanted[index] - needed[index]) * size / more * math.max(width - least, 0)
    spec[2] = ((needed[index] * size + INSET) * scale + part) / width
  end
  local open = '#sized(' .. size .. 'pt, ' .. (scale < 1 and 6 or 24) .. ')['
  if width == ASIDE then open = '#page(flipped: true)[' .. open end
  if width > ASIDE then open = '#page(width: ' .. math.ceil(width + MARGINS) .. 'pt, height: 595pt)[' .. open end
  return {pandoc.RawBlock('typst', open), found, pandoc.RawBlock('typst', width > UPRIGHT and ']]' or ']')}
end

-- The document's blocks; those of another direction are said to be so.
local function typeset_blocks(blocks, way)
  local made = pandoc.Blocks{}
  for _, block in ipairs(blocks) do
    local own = way_of(pandoc.utils.stringify(block)) or way
    local inner = {block}
    if block.t == 'Table' then inner = laid(block, own == way)
    elseif not LEAVES[block.t] then inner = {block:walk{Table = function(found) return laid(found, false) end}} end
    if own ~= way then made:insert(pandoc.RawBlock('typst', '#turned(' .. own .. ')[')) end
    made:extend(inner)
    if own ~= way then made:insert(pandoc.RawBlock('typst', ']')) end
  end
  return made
end

function Pandoc(doc)
  local text = pandoc.utils.stringify(doc.blocks)
  local way = doc.meta.dir and pandoc.utils.stringify(doc.meta.dir) or way_of(text) or 'ltr'
  if way == 'rtl' then doc.meta.dir = way end
  if not typeset then return doc end
  doc.meta.tall = tallness(text)
  doc.blocks = typeset_blocks(doc.blocks, way)
  return doc
end
