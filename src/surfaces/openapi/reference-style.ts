/** Style and behaviour of the reference page, inlined so that the page is one file. */
export const style = `
:root{--bg:#fff;--soft:#f5f7fa;--line:#e2e7ee;--ink:#17202b;--dim:#5b6878;--link:#0b63c5;--code:#f0f3f7;
--get:#0f7b4f;--post:#0b63c5;--put:#96600a;--patch:#96600a;--delete:#b4232b}
@media(prefers-color-scheme:dark){:root{--bg:#10151c;--soft:#161d26;--line:#27313d;--ink:#e4e9f0;--dim:#93a1b2;--link:#74b0ff;--code:#1b2430;
--get:#4cc38a;--post:#74b0ff;--put:#e2b45c;--patch:#e2b45c;--delete:#ff8a8f}}
*{box-sizing:border-box}html{scroll-padding-top:24px}
body{margin:0;display:grid;grid-template-columns:256px minmax(0,1fr);background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:20px 16px;background:var(--soft);border-right:1px solid var(--line)}
.brand{font-weight:700;font-size:17px;color:inherit}.brand small{font-weight:400;color:var(--dim)}
#search{width:100%;margin:14px 0 6px;padding:7px 10px;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px}
#search:focus-visible,a:focus-visible,button:focus-visible{outline:2px solid var(--link);outline-offset:1px}
.group h2{margin:16px 0 4px;font-size:12px;font-weight:600;color:var(--dim)}
.group a{display:block;padding:3px 8px;border-radius:5px;color:inherit}.group a:hover{background:var(--line)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}.group a:hover{text-decoration:none}
main{padding:28px 40px 120px;max-width:1240px}h1{font-size:28px;margin:0 0 8px}.lead{max-width:70ch;color:var(--dim)}
section>h2{margin:48px 0 4px;font-size:21px}h3{margin:0 0 6px;font-size:16px}h3 a{color:inherit}h3 em{margin-left:8px;color:var(--delete);font-size:12px}
article{display:grid;grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);gap:12px 36px;padding:22px 0;border-top:1px solid var(--line)}
[id^=shape-]{display:block}article p{margin:6px 0;max-width:72ch}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}code{overflow-wrap:anywhere}
p>code,td>code{background:var(--code);border-radius:4px;padding:1px 4px}
.method{font:600 12px ui-monospace,monospace;color:var(--post)}.GET,.HEAD{color:var(--get)}.PUT{color:var(--put)}.PATCH{color:var(--patch)}.DELETE{color:var(--delete)}
table{width:100%;border-collapse:collapse;margin:10px 0}td{padding:6px 12px 6px 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{white-space:nowrap}td small{display:block;color:var(--dim)}td code+small{display:inline-block;margin-left:4px}td:first-child code+small{display:block;margin:0}
.codes{font-size:13px}.codes a{color:var(--dim);margin-right:8px}
figure{margin:0 0 12px;background:var(--soft);border:1px solid var(--line);border-radius:8px;overflow:hidden}
figcaption{display:flex;justify-content:space-between;padding:5px 12px;font-size:12px;color:var(--dim);border-bottom:1px solid var(--line)}
pre{margin:0;padding:10px 12px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.copy{font:inherit;color:var(--link);background:none;border:0;padding:0;cursor:pointer}
:target{scroll-margin-top:12px}:target h3 a{color:var(--link)}tr:target td{background:var(--code)}
@media(max-width:980px){article{grid-template-columns:1fr}}
@media(max-width:720px){body{display:block}nav{position:static;height:auto;max-height:46vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:20px 16px 80px}}
[hidden]{display:none!important}
`

export const script = `
const search = document.getElementById('search')
const links = [...document.querySelectorAll('nav [data-find]')]
const articles = [...document.querySelectorAll('main [data-find]')]
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const fits = (node) => words.every((word) => node.dataset.find.includes(word))
  for (const node of [...links, ...articles]) node.hidden = !fits(node)
  for (const group of document.querySelectorAll('nav .group'))
    group.hidden = words.length > 0 && ![...group.children].some((child) => child.dataset.find !== undefined && !child.hidden)
  for (const section of document.querySelectorAll('main section'))
    section.hidden = words.length > 0 && ![...section.querySelectorAll('article[data-find]')].some((child) => !child.hidden)
  document.getElementById('none').hidden = links.some((link) => !link.hidden)
})
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== search) { event.preventDefault(); search.focus() }
  if (event.key === 'Enter' && document.activeElement === search) links.find((link) => !link.hidden)?.click()
})
document.addEventListener('click', (event) => {
  const button = event.target.closest('.copy')
  if (button === null) return
  navigator.clipboard.writeText(button.closest('figure').querySelector('pre').textContent)
  button.textContent = 'Copied'
  setTimeout(() => { button.textContent = 'Copy' }, 1200)
})
`
