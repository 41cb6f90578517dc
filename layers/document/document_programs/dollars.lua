-- The dollar signs that are no formula's, back from the character that stood for them (see markdown.py).

local DOLLAR = '\u{10F024}'
local IN_ADDRESS = '%%F4%%8F%%80%%A4'

local function back(text)
  return (text:gsub(DOLLAR, '$'):gsub(IN_ADDRESS, '$'))
end

local function of_text(element)
  element.text = back(element.text)
  return element
end

local function attributes(element)
  element.identifier = element.identifier:gsub(DOLLAR, '')
  for name, value in pairs(element.attributes) do element.attributes[name] = back(value) end
  return element
end

local function address(name)
  return function(element)
    element[name] = back(element[name])
    element.title = back(element.title)
    return attributes(element)
  end
end

return {{
  Str = of_text, RawInline = of_text, RawBlock = of_text, Code = of_text, CodeBlock = of_text,
  Link = address('target'), Image = address('src'), Header = attributes, Span = attributes, Div = attributes,
}}
