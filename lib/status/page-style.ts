/** How the page of `status --html` looks: plain, in the colours of the reader's system, and without boxes on paper. */
import { Html } from './markup.ts';

export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1c2024; --paper: #f6f7f8; --card: #fff; --line: #d9dde1; --soft: #66707a;
  --good: #2f8f5b; --failed: #c8402f; --room: #eef0f2; --warning: #9a6200; --unknown: #5b5f8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --paper: #15181b; --card: #1e2226; --line: #363c42;
  --soft: #9aa4ad; --room: #2a2f34; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
header { color: #fff; padding: 1.2rem max(1rem, calc(50% - 28rem)); }
header.ok { background: var(--good); } header.warning { background: var(--warning); }
header.critical { background: var(--failed); } header.unknown { background: var(--unknown); }
h1 { font-size: 1.3rem; font-weight: 400; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .6rem; } h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
header p { margin: .3rem 0 0; opacity: .85; font-size: .85rem; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
p { margin: .3rem 0; } code, .words { overflow-wrap: anywhere; } code { font-size: .85rem; }
article + article { border-top: 1px solid var(--line); margin-top: .8rem; padding-top: .8rem; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
.remedy { border-left: 3px solid var(--good); padding-left: .7rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; color: var(--soft); font-weight: 600; } th, td { padding: .25rem .7rem .25rem 0; vertical-align: top; }
tbody tr { border-top: 1px solid var(--line); } .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { white-space: nowrap; }
figure { margin: 0 0 1rem; } figcaption { font-size: .9rem; color: var(--soft); } svg { width: 100%; height: auto; display: block; }
svg text { font-size: 10px; fill: var(--soft); text-anchor: middle; } svg .most { text-anchor: start; }
.room { fill: var(--room); } .good { fill: var(--good); } .failed { fill: var(--failed); }
pre { font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
footer { text-align: center; color: var(--soft); font-size: .8rem; padding: 0 1rem 1.5rem; }
@media print { :root { --paper: #fff; --card: #fff; --ink: #000; } section { break-inside: avoid; border: 0; padding: 0 0 .5rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .wide { overflow: visible; } }
`);
