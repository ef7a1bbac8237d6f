/** HTML that is put together from texts of others: whatever they hold, they stay texts. */
import { printable } from '../errors/printable.ts';

/** Markup; a text is none until it was escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = Html | string | number | readonly Content[];

/** A template: what is put in is escaped, unless it is markup already. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, at) => part + (at < contents.length ? render(contents[at] ?? '') : '')).join(''));
}

function render(content: Content): string {
  if (content instanceof Html) {
    return content.markup;
  }
  return Array.isArray(content) ? content.map(render).join('') : escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
