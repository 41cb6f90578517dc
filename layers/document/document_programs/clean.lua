-- What pandoc may pass on from a document it has read: nothing raw, no metadata that a template would
-- run, and images only where the target can hold them. Set `-M plain=1` to do without images and formulas.

local TEXT = {gfm = true, rst = true, plain = true}
local DRAWABLE = {
  ['image/png'] = 'png', ['image/jpeg'] = 'jpg', ['image/gif'] = 'gif', ['image/webp'] = 'webp',
  ['image/svg+xml'] = 'svg',
}
local KEPT = {'title', 'subtitle', 'author', 'date', 'lang', 'dir'}
local typeset = FORMAT == 'typst'
local plain = false
local count = 0

-- Without an environment of its own, reading would step out of the sandbox and fetch frames.
local function parsed(raw)
  return raw.format:match('html') and pandoc.read(raw.text, 'html', nil, {}).blocks or pandoc.Blocks{}
end

local function words(image)
  local said = #image.caption > 0 and image.caption or pandoc.Inlines{pandoc.Str('▨')}
  if image.src:match('^https?://') then return pandoc.Link(said, image.src) end
  return pandoc.Emph(said)
end

-- Typst reads files, which pandoc writes only for what is in its bag.
local function bag(image)
  if not image.src:match('^data:') then return pandoc.mediabag.lookup(image.src) end
  local mime, contents = pandoc.mediabag.fetch(image.src)
  if not contents then return nil end
  count = count + 1
  mime = mime:match('^[^;]+')
  image.src = 'data' .. count .. '.' .. (DRAWABLE[mime] or 'bin')
  pandoc.mediabag.insert(image.src, mime, contents)
  return mime
end

local POINTS = {['in'] = 72, cm = 28.35, mm = 2.835, px = 0.75, pt = 1, [''] = 0.75}

-- The width asked for, where it is one and no wider than the page's text.
local function fitting(width)
  local number, unit = (width or ''):match('^([%d.]+)%s*(%a*%%?)$')
  local points = tonumber(number) and unit ~= '%' and tonumber(number) * (POINTS[unit] or 1000)
  if points then return points < 450 and width or '100%' end
  return number and tonumber(number) and tonumber(number) <= 100 and width or nil
end

local function image_filter(image)
  if TEXT[FORMAT] then
    local held = image.src:match('^data:') or pandoc.mediabag.lookup(image.src)
    return held and words(image) or nil
  end
  if not typeset then return nil end
  if plain then return words(image) end
  local mime = bag(image)
  if not mime or not DRAWABLE[mime:match('^[^;]+')] then return words(image) end
  image.attributes = {width = fitting(image.attributes.width)}
  return image
end

-- A figure whose image is gone would say a caption twice that is the image's own.
local function figure_filter(figure)
  local drawn = false
  figure:walk{Image = function() drawn = true end}
  if drawn and not TEXT[FORMAT] then return nil end
  local caption = pandoc.utils.stringify(figure.caption.long)
  local said = pandoc.utils.stringify(figure.content):find(caption, 1, true)
  return said and figure.content or figure.content .. figure.caption.long
end

-- Markdown would show what these are for, such as anchors and underlines, as HTML.
local function bare(inline)
  return TEXT[FORMAT] and inline.content or nil
end

-- GitHub's coloured notes.
local function div_filter(div)
  local title = div.content[1]
  local noted = title and title.t == 'Div' and title.classes[1] == 'title'
  if (TEXT[FORMAT] or typeset) and not noted and div.classes[1] ~= 'title' then return div.content end
  if not noted or not typeset then return nil end
  local words = pandoc.utils.blocks_to_inlines(title.content)
  div.content[1] = pandoc.Para{pandoc.Strong(words)}
  return pandoc.BlockQuote(div.content)
end

-- All words of some blocks on one line, those of neighbours apart: 10 and 5 are not 105.
local function line(blocks)
  local made = pandoc.Inlines{}
  local function add(inlines)
    if #made > 0 and #inlines > 0 then made:insert(pandoc.Space()) end
    made:extend(inlines)
  end
  local function held(block)
    add(block.content)
    return block, false
  end
  local function code(block)
    add{pandoc.Code(block.text)}
    return block, false
  end
  local function lines(block)
    for _, one in ipairs(block.content) do add(one) end
    return block, false
  end
  pandoc.Blocks(blocks):walk{
    traverse = 'topdown', Plain = held, Para = held, Header = held, CodeBlock = code, LineBlock = lines,
  }
  return made:walk{LineBreak = pandoc.Space}
end

-- The cells of GitHub's tables, and of CSV, hold a line; pandoc would write any other as HTML.
local function table_filter(found)
  if FORMAT ~= 'gfm' and not FORMAT:match('tables%.lua$') then return nil end
  local simple = pandoc.utils.to_simple_table(found)
  local function flat(blocks) return {pandoc.Plain(line(blocks))} end
  simple.header = simple.header:map(flat)
  simple.rows = simple.rows:map(function(row) return row:map(flat) end)
  for index in ipairs(simple.widths) do simple.widths[index] = 0 end
  return pandoc.utils.from_simple_table(simple)
end

local function math_filter(formula)
  if FORMAT == 'gfm' then
    local sign = formula.mathtype == 'DisplayMath' and '$$' or '$'
    return pandoc.RawInline('gfm', sign .. formula.text .. sign)
  end
  return plain and typeset and pandoc.Code(formula.text) or nil
end

-- The words of a value, whatever YAML made of it.
local function said(value)
  local kind = pandoc.utils.type(value)
  if kind == 'Inlines' then return value end
  if kind == 'Blocks' then return pandoc.utils.blocks_to_inlines(value) end
  if kind == 'table' then return said(value.name or '') end
  if kind ~= 'List' then return pandoc.Inlines(pandoc.utils.stringify(value)) end
  local all = pandoc.Inlines{}
  for index, one in ipairs(value) do
    if index > 1 then all:extend{pandoc.Str(','), pandoc.Space()} end
    all:extend(said(one))
  end
  return all
end

local function meta_filter(meta)
  local kept = {}
  for _, name in ipairs(KEPT) do
    local value = meta[name]
    if value ~= nil then
      kept[name] = name == 'author' and pandoc.utils.type(value) == 'List' and value:map(said) or said(value)
    end
  end
  local way = kept.dir and pandoc.utils.stringify(kept.dir)
  if way ~= 'ltr' and way ~= 'rtl' then kept.dir = nil end
  kept.pagetitle = meta.title and pandoc.utils.stringify(meta.title) or meta.stem
  if FORMAT:match('^epub') and not kept.title then kept.title = meta.stem end
  return kept
end

local function document_filter(doc)
  local chinese = pandoc.utils.stringify(doc.blocks):find('[\228-\233][\128-\191][\128-\191]')
  if typeset then doc.meta.zh = chinese ~= nil end
  if chinese and not doc.meta.lang then doc.meta.lang = 'zh-CN' end
  -- Markdown has no place for a title but its front matter, which people do not read; text has none
  -- for a second one, which is what a lone section becomes in reStructuredText.
  local markdown = FORMAT == 'gfm'
  local heads = pandoc.Blocks{}
  local function head(level, inlines)
    if inlines then heads:insert(pandoc.Header(level, inlines)) end
  end
  if markdown then head(1, doc.meta.title) end
  if markdown or FORMAT == 'plain' then head(2, doc.meta.subtitle) end
  heads:extend(doc.blocks)
  doc.blocks = heads
  if not markdown then return doc end
  doc.meta = {}
  return doc
end

return {
  {Meta = function(meta) plain = meta.plain ~= nil end},
  {RawBlock = parsed, RawInline = function(raw) return pandoc.utils.blocks_to_inlines(parsed(raw)) end},
  {
    Image = image_filter, Math = math_filter, Div = div_filter,
    Span = bare, SmallCaps = bare, Underline = bare,
    Figure = figure_filter, Table = table_filter, Meta = meta_filter,
  },
  {Pandoc = document_filter},
}
