-- What pandoc may pass on from a document it has read: nothing raw, no metadata that a template would
-- run, and images only where the target can hold them. Set `-M plain=1` to do without images and formulas.

local TEXT = {gfm = true, rst = true, plain = true}
local DRAWABLE = {
  ['image/png'] = 'png', ['image/jpeg'] = 'jpg', ['image/gif'] = 'gif', ['image/webp'] = 'webp',
  ['image/svg+xml'] = 'svg',
}
local KEPT = {'title', 'subtitle', 'author', 'date', 'lang'}
local typeset = FORMAT == 'typst'
local plain = false
local count = 0

local function parsed(raw)
  return raw.format:match('html') and pandoc.read(raw.text, 'html').blocks or pandoc.Blocks{}
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

local function image_filter(image)
  if TEXT[FORMAT] then
    local held = image.src:match('^data:') or pandoc.mediabag.lookup(image.src)
    return held and words(image) or nil
  end
  if not typeset then return nil end
  if plain then return words(image) end
  local mime = bag(image)
  if not mime or not DRAWABLE[mime:match('^[^;]+')] then return words(image) end
  image.attributes = {}
  return image
end

local function math_filter(formula)
  return plain and typeset and pandoc.Code(formula.text) or nil
end

local function meta_filter(meta)
  local kept = {}
  for _, name in ipairs(KEPT) do kept[name] = meta[name] end
  kept.pagetitle = meta.title and pandoc.utils.stringify(meta.title) or meta.stem
  if FORMAT:match('^epub') and not kept.title then kept.title = meta.stem end
  return kept
end

-- Markdown has no place for a title but its front matter, which people do not read.
local function title_filter(doc)
  if FORMAT ~= 'gfm' then return nil end
  if doc.meta.title then
    doc.blocks:insert(1, pandoc.Header(1, pandoc.utils.blocks_to_inlines{pandoc.Plain(doc.meta.title)}))
  end
  doc.meta = {}
  return doc
end

return {
  {Meta = function(meta) plain = meta.plain ~= nil end},
  {RawBlock = parsed, RawInline = function(raw) return pandoc.utils.blocks_to_inlines(parsed(raw)) end},
  {Image = image_filter, Math = math_filter, Meta = meta_filter},
  {Pandoc = title_filter},
}
