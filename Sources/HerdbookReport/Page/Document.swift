/// The document around what a page says: a head with the style sheet, and a link that skips to its `main`.
///
/// - Parameters:
///   - meta: elements of the head that other pages have no use for, each on a line.
///   - more: rules of the same kind.
///   - kind: the class of the body.
///   - subject: where the link skips to.
func document(
  title: String, meta: HTML = "", style more: String = "", kind: String? = nil,
  skippingTo subject: String = "the figures", body: HTML
) -> HTML {
  let style = HTML(verbatim: StyleSheet.text + more)
  let attribute: HTML = kind.map { " class=\"\($0)\"" } ?? ""
  return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    \(meta)<meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title)</title>
    <style>
    \(style)</style>
    </head>
    <body\(attribute)>
    <a class="skip" href="#main">Skip to \(subject)</a>
    \(body)</body>
    </html>

    """
}
