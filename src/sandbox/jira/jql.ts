/** A small JQL: enough to search as people and integrations do, strict about the rest, with Jira's own complaints. */

export interface JqlClause {
  field: string;
  operator: string;
  /** One value, or those of a list or a function's name with `()`. */
  values: string[];
}

export type JqlNode = { kind: 'and' | 'or'; parts: JqlNode[] } | { kind: 'not'; part: JqlNode } | { kind: 'clause'; clause: JqlClause };

export interface JqlQuery {
  /** Undefined where there is no restriction. */
  where: JqlNode | undefined;
  order: { field: string; descending: boolean }[];
}

/** The message is what Jira would say. */
export class JqlError extends Error {}

interface Token {
  text: string;
  quoted: boolean;
}

const operators = ['!=', '!~', '>=', '<=', '=', '~', '>', '<'];

function tokenize(jql: string): Token[] {
  const tokens: Token[] = [];
  const shape = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|!~|>=|<=|[=~<>(),])|([^\s"'=!~<>(),]+))/gy;
  let at = 0;
  while (jql.slice(at).trim() !== '') {
    shape.lastIndex = at;
    const found = shape.exec(jql);
    if (found === null) throw new JqlError(`Error in the JQL Query: The character at position ${at} is not understood.`);
    const [, double, single, sign, word] = found;
    const quoted = double ?? single;
    tokens.push(
      quoted === undefined ? { text: sign ?? word ?? '', quoted: false } : { text: quoted.replace(/\\(.)/g, '$1'), quoted: true },
    );
    at = shape.lastIndex;
  }
  return tokens;
}

export function parseJql(jql: string): JqlQuery {
  return new Parser(tokenize(jql)).query();
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  query(): JqlQuery {
    const where = this.#at < this.#tokens.length && !this.#isWord('order') ? this.#or() : undefined;
    const order = this.#isWord('order') ? this.#order() : [];
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return { where, order };
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token !== undefined && !token.quoted && token.text.toLowerCase() === word;
  }

  #take(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new JqlError('Error in the JQL Query: Expecting a value before the end of the query.');
    this.#at += 1;
    return token;
  }

  #unexpected(): JqlError {
    return new JqlError(`Error in the JQL Query: '${this.#tokens[this.#at]?.text ?? 'the end'}' was not expected here.`);
  }

  #or(): JqlNode {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
  }

  #and(): JqlNode {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
  }

  #not(): JqlNode {
    if (this.#take('not')) return { kind: 'not', part: this.#not() };
    if (!this.#take('(')) return { kind: 'clause', clause: this.#clause() };
    const inner = this.#or();
    if (!this.#take(')')) throw this.#unexpected();
    return inner;
  }

  #clause(): JqlClause {
    const field = this.#next().text.toLowerCase();
    if (this.#take('is')) return { field, operator: this.#take('not') ? 'is not' : 'is', values: [this.#next().text] };
    if (this.#isWord('not') && this.#isWord('in', 1)) {
      this.#at += 2;
      return { field, operator: 'not in', values: this.#list() };
    }
    if (this.#take('in')) return { field, operator: 'in', values: this.#list() };
    const sign = this.#next();
    if (sign.quoted || !operators.includes(sign.text))
      throw new JqlError(`Error in the JQL Query: Expecting operator but got '${sign.text}'.`);
    return { field, operator: sign.text, values: [this.#value()] };
  }

  #value(): string {
    const token = this.#next();
    if (!token.quoted && this.#isWord('(') && this.#isWord(')', 1)) {
      this.#at += 2;
      return `${token.text.toLowerCase()}()`;
    }
    if (!token.quoted && /^[(),=~<>]|!=|!~/.test(token.text)) {
      this.#at -= 1;
      throw this.#unexpected();
    }
    return token.text;
  }

  #list(): string[] {
    if (!this.#isWord('(')) return [this.#value()];
    this.#at += 1;
    const values = [this.#value()];
    while (this.#take(',')) values.push(this.#value());
    if (!this.#take(')')) throw this.#unexpected();
    return values;
  }

  #order(): JqlQuery['order'] {
    this.#at += 1;
    if (!this.#take('by')) throw this.#unexpected();
    const order: JqlQuery['order'] = [];
    do {
      const field = this.#next().text.toLowerCase();
      const descending = this.#take('desc');
      if (!descending) this.#take('asc');
      order.push({ field, descending });
    } while (this.#take(','));
    return order;
  }
}
