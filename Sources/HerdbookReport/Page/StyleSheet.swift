import HerdbookCharts

/// The style of every page: system fonts, one accent, white space; light, dark and print.
enum StyleSheet {
  static var text: String { Palette.styleSheet + layout + type + figures + print }

  private static let layout = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-padding-top:4rem}
    body{margin:0;background:var(--ground);color:var(--ink);overflow-wrap:break-word;
    font:16px/1.55 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
    .hero,main,footer,nav ul{width:100%;max-width:928px;margin:0 auto;padding:0 24px}
    .skip{position:absolute;left:-999px}
    .skip:focus{left:24px;top:8px;background:var(--ground);z-index:2}
    a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}
    :focus-visible{outline:3px solid var(--accent);outline-offset:3px}
    nav{position:sticky;top:0;z-index:1;background:var(--ground);border-block:1px solid var(--faint)}
    nav ul{display:flex;gap:0 24px;list-style:none;overflow-x:auto;font-size:14px}
    nav a{display:block;padding:12px 0;color:var(--muted);text-decoration:none;white-space:nowrap}
    nav a:hover{color:var(--accent)}
    @media screen and (min-width:721px){nav ul{flex-wrap:wrap;padding-block:6px}nav a{padding:5px 0}
    html{scroll-padding-top:6rem}}
    .narrow{display:none}
    figure{margin:0}
    svg{display:block;width:100%;height:auto}
    svg text{font-variant-numeric:tabular-nums}
    .narrow svg{max-width:480px}
    .overlaid{position:relative}
    .narrow .overlaid{max-width:480px}
    .sprite{position:absolute;background-size:100% 100%;image-rendering:pixelated;
    -webkit-print-color-adjust:exact;print-color-adjust:exact}
    @media screen and (max-width:720px){.wide{display:none}.narrow{display:block}}

    """

  private static let type = """
    h1,h2,.finding,.big,.lede{font-family:Charter,"Bitstream Charter","Iowan Old Style",\
    "Palatino Linotype",Georgia,"Liberation Serif",serif}
    h1{font-size:clamp(2rem,5.4vw,3.4rem);line-height:1.08;font-weight:500;letter-spacing:-.018em;
    margin:.25em 0 .35em;max-width:20em;text-wrap:balance}
    h2{font-size:clamp(1.5rem,3.4vw,2rem);line-height:1.15;font-weight:500;letter-spacing:-.012em;
    margin:0 0 .35em;text-wrap:balance}
    h3{font-size:14px;font-weight:600;margin:0 0 12px}
    .eyebrow{margin:0;padding-top:40px;font-size:14px;color:var(--muted)}
    .lede{font-size:1.2rem;line-height:1.45;color:var(--muted);max-width:36em;margin:0 0 1.2em}
    .finding{font-size:1.15rem;line-height:1.45;max-width:38em;margin:0 0 1.4em}
    .big{font-size:clamp(4.2rem,11vw,6.6rem);line-height:.95;letter-spacing:-.035em;margin:0;
    color:var(--accent);font-variant-numeric:lining-nums tabular-nums}
    .big-caption{margin:.5em 0 1.2em;font-weight:600;line-height:1.35}
    .verdict-text{margin:0;color:var(--muted);font-size:15px}
    figcaption,.source,footer{font-size:13.5px;line-height:1.5;color:var(--muted)}
    figcaption{margin-top:16px}
    figcaption,.source,footer p{max-width:52em}
    code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
    footer{padding-block:32px 64px}

    """

  private static let figures = """
    .verdict{display:grid;grid-template-columns:minmax(0,17rem) minmax(0,1fr);gap:40px;
    align-items:end;margin:2rem 0 2.2rem}
    .costs{display:flex;flex-wrap:wrap;margin:0;border-top:1px solid var(--ink)}
    .costs div{flex:1 1 8.5rem;padding:14px 16px 22px 0}
    .costs dt{font-size:13.5px;color:var(--muted)}
    .costs dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
    .figure{padding:88px 0 0}
    details{margin-top:18px;font-size:14px}
    summary{cursor:pointer;color:var(--muted);width:max-content;max-width:100%;padding:4px 0}
    summary:hover{color:var(--accent)}
    .scroll{overflow-x:auto;max-width:100%}
    table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;margin:8px 0}
    th,td{padding:4px 20px 4px 0;text-align:right;font-weight:400;white-space:nowrap;
    border-bottom:1px solid var(--faint)}
    thead th{color:var(--muted);border-bottom-color:var(--line)}
    th:first-child{text-align:left}
    #made td,#made thead th{text-align:left;white-space:normal}
    .diagnosis{width:100%;font-size:15px}
    .diagnosis th,.diagnosis td{text-align:left;vertical-align:top;white-space:normal;
    padding:12px 20px 12px 0;overflow-wrap:anywhere}
    .diagnosis tbody th{width:26%;font-weight:600}
    .diagnosis p{margin:0 0 8px;max-width:44em}
    .findings{margin:0;padding-left:1.2em;font-size:15px;max-width:48em}
    .alarm,.finding strong{color:var(--accent)}
    .switch input{position:absolute;opacity:0}
    .switch label{display:inline-block;margin:0 20px 18px 0;padding:4px 0;cursor:pointer;
    color:var(--muted);border-bottom:2px solid transparent}
    .switch input:checked+label{color:var(--ink);border-color:var(--accent);font-weight:600}
    .switch input:focus-visible+label{outline:3px solid var(--accent);outline-offset:3px}
    .neurons{display:block;width:100%;height:auto;image-rendering:pixelated}
    .each,.switch input:last-of-type:checked~div .one{display:none}
    .switch input:last-of-type:checked~div .each{display:block}
    .pair{display:grid;grid-template-columns:1fr 1fr;gap:48px;align-items:start}
    .pair>div{min-width:0}
    .samples{display:flex;gap:10px;max-width:420px}
    .samples ol{display:flex;flex-direction:column;justify-content:space-around;list-style:none;
    margin:0;padding:0;font-size:12px;color:var(--muted)}
    .digits{flex:1;min-width:0;width:100%;height:auto;image-rendering:pixelated}
    .mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(74px,1fr));gap:18px 14px;
    list-style:none;margin:0;padding:0}
    .mistake{display:block;aspect-ratio:1;background-image:var(--strip);background-size:var(--size);
    image-rendering:pixelated;-webkit-print-color-adjust:exact;print-color-adjust:exact}
    .said{display:block;font-size:12.5px;line-height:1.4;color:var(--muted)}
    .said b{color:var(--accent)}
    .wishes{display:grid;grid-template-columns:repeat(auto-fill,minmax(72px,1fr));gap:20px 14px;
    list-style:none;margin:0;padding:0}
    .wish{display:block;aspect-ratio:1;margin-bottom:6px;background-image:var(--strip);
    background-size:var(--size);image-rendering:pixelated;-webkit-print-color-adjust:exact;
    print-color-adjust:exact}
    figure>h3{margin-top:32px}
    .exciting{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:14px 32px;
    list-style:none;margin:0;padding:0}
    .exciting li{display:grid;grid-template-columns:1fr 9fr 3.6em;gap:10px;align-items:center}
    .field{width:100%;aspect-ratio:1;image-rendering:pixelated}
    .excites{display:block;aspect-ratio:9;background-image:var(--strip);background-size:100% var(--rows);
    image-rendering:pixelated;-webkit-print-color-adjust:exact;print-color-adjust:exact}
    .pair+h3{margin-top:40px}
    .digits,.mistake,.wish,.excites{filter:invert(1)}
    @media screen and (prefers-color-scheme:dark){.digits,.mistake,.wish,.excites{filter:none}}
    @media screen and (max-width:720px){
    .verdict,.pair{grid-template-columns:minmax(0,1fr);gap:28px}
    .hero,main,footer,nav ul{padding:0 16px}
    .figure{padding-top:64px}
    .neurons{width:720px}
    }

    """

  private static let print = """
    @media print{
    @page{size:A4;margin:16mm 14mm}
    body{font-size:10.5pt}
    nav,.skip,.source,.switch input,.switch label:last-of-type{display:none}
    .hero,main,footer{max-width:none;padding:0}
    .eyebrow{padding-top:0}
    h1{font-size:26pt}
    h2{font-size:17pt;break-after:avoid}
    .big{font-size:50pt}
    .figure{padding-top:26pt}
    .finding{break-after:avoid;break-inside:avoid}
    figure,table,tr,.costs,.mistakes li,.wishes li,.exciting li,svg,img{break-inside:avoid}
    .scroll{overflow:visible}
    .scroll table{font-size:7.5pt}
    .scroll th,.scroll td{white-space:normal;padding:2px 6px 2px 0}
    .wide>svg{max-height:225mm}
    .neurons{max-height:225mm;width:auto;max-width:100%}
    .figure{break-inside:avoid}
    details:not([open]){display:none}
    }

    """
}
