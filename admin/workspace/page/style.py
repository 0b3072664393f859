"""How the page of a drop looks: one column, light or dark as the reader has it, on a phone too."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c1b19; --dim: #5d5a55; --paper: #fbfaf8; --card: #fff;
  --line: #d9d5cd; --good: #14663a; --bad: #a3161b; --bad-card: #fdeeee; --link: #1a4f9c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceae6; --dim: #b3afa8; --paper: #171615;
  --card: #211f1d; --line: #45413b; --good: #7fd6a2; --bad: #ff9a97; --bad-card: #3a1f1f; --link: #9cc3ff; } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, "Noto Sans", sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.25; margin: 0; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.125rem; }
p, ul, ol, dl { margin: .5rem 0 0; }
ul, ol { padding-left: 1.25rem; }
dt { font-weight: 600; margin-top: .5rem; }
dd { margin: 0; }
summary:focus-visible, .tall:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
section { margin-top: 1.25rem; padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; }
.alarm { background: var(--bad-card); border-color: var(--bad); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.dim, footer { color: var(--dim); }
.badge { border: 1px solid; border-radius: .25rem; padding: 0 .4rem; font-size: .875rem;
  white-space: nowrap; }
.words { margin-top: .75rem; padding: .25rem 0 .25rem .85rem; border-left: .25rem solid var(--line);
  white-space: pre-wrap; unicode-bidi: plaintext; contain: paint; line-height: 1.7; }
.tall { max-height: 32rem; overflow: auto; border: 1px solid var(--line); padding: .5rem .85rem; }
.code { font-family: ui-monospace, monospace; font-size: .875rem; }
img, video { display: block; max-width: 100%; height: auto; margin-top: .75rem; background: #fff;
  border: 1px solid var(--line); }
video { max-height: 80vh; background: #000; }
audio { display: block; width: 100%; margin-top: .75rem; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--dim); }
footer { margin-top: 2rem; font-size: .9375rem; }
"""
