/** An XML file as elements that know their line: what cannot be followed is refused by it. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { configurationError } from '../configuration.ts';

export interface Element {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
  /** Where it stands. */
  readonly path: string;
  readonly line: number;
}

const META = XMLParser.getMetaDataSymbol() as symbol;
const ATTRIBUTES = ':@';
const TEXT = '#text';

type Node = Readonly<Record<string | symbol, unknown>>;

/** The root element. */
export function readXml(text: string, path: string): Element {
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    throw configurationError(path, `line ${verdict.err.line}: ${verdict.err.msg}`, 'Correct the file.');
  }
  if (/<!DOCTYPE/i.test(text)) {
    throw configurationError(path, 'it has a document type', 'Remove the DOCTYPE: nothing is read from elsewhere.');
  }
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    captureMetaData: true,
    // Numbers of characters are known with it only.
    htmlEntities: true,
  });
  // What is valid has one.
  return elementsOf(parser.parse(text) as readonly Node[], text, path)[0] as Element;
}

function elementsOf(nodes: readonly Node[], text: string, path: string): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES);
    if (name === undefined || name === TEXT) {
      return [];
    }
    const inner = node[name] as readonly Node[];
    const words = inner.flatMap((each) => (typeof each[TEXT] === 'string' ? [each[TEXT]] : []));
    const start = (node[META] as { startIndex?: number } | undefined)?.startIndex ?? 0;
    return [
      {
        name: name.replace(/^.*:/, ''),
        attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
        text: words.join('').trim(),
        children: elementsOf(inner, text, path),
        path,
        line: text.slice(0, start).split('\n').length,
      },
    ];
  });
}

export function childOf(element: Element, name: string): Element | null {
  return element.children.find((child) => child.name === name) ?? null;
}

export function childrenOf(element: Element | null, name: string): readonly Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function textOf(element: Element, name: string): string {
  return childOf(element, name)?.text ?? '';
}
