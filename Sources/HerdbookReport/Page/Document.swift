/// The document around what a page says: a head with the style sheet, and a link that skips to its `main`.
///
/// - Parameter more: rules that other pages have no use for.
func document(title: String, style more: String = "", body: HTML) -> HTML {
  let style = HTML(verbatim: StyleSheet.text + more)
  return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title)</title>
    <style>
    \(style)</style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the figures</a>
    \(body)</body>
    </html>

    """
}
