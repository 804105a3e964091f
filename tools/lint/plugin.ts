/** Our own lint rules; `.oxlintrc.json` loads them. */
import { relative, sep } from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';
import { type ImportOf, importProblem } from './imports.ts';
import { shellFunctions, shellPrograms, spawnFunctions } from './shell.ts';

export type Rule = Parameters<RuleTester['run']>[1];

interface Place {
  range: [number, number];
}

/** Enforces the list of `imports.ts`. */
export const imports: Rule = {
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    function check(node: Place, specifier: unknown, kind: ImportOf['kind']): void {
      const message = typeof specifier === 'string' ? importProblem({ file, specifier, kind }) : undefined;
      if (message !== undefined) context.report({ node, message });
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value, node.importKind === 'type' ? 'type' : 'static'),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind === 'type' ? 'type' : 'static'),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type' ? 'type' : 'static'),
      ImportExpression: (node) => check(node, node.source.type === 'Literal' ? node.source.value : undefined, 'dynamic'),
    };
  },
};

/** Other programs get an argument array; nothing goes through a shell. */
export const noShell: Rule = {
  create(context) {
    const report = (node: Place, what: string): void =>
      context.report({ node, message: `${what}. Use spawn or execFile with an argument array.` });
    return {
      ImportDeclaration(node) {
        if (!/^(node:)?child_process$/.test(node.source.value) || node.importKind === 'type') return;
        for (const specifier of node.specifiers) {
          if (specifier.type !== 'ImportSpecifier') report(specifier, 'Name what you use of node:child_process');
          else if (specifier.imported.type === 'Identifier' && shellFunctions.includes(specifier.imported.name))
            report(specifier, `${specifier.imported.name} runs a string in a shell`);
        }
      },
      ImportExpression(node) {
        if (node.source.type === 'Literal' && /^(node:)?child_process$/.test(String(node.source.value)))
          report(node, 'Import node:child_process statically and by name');
      },
      CallExpression(node) {
        const name = node.callee.type === 'Identifier' ? node.callee.name : '';
        if (!spawnFunctions.includes(name)) return;
        const [program, args] = node.arguments;
        if (program?.type === 'Literal' && shellPrograms.test(String(program.value)) && args?.type === 'ArrayExpression')
          if (args.elements.some((element) => element?.type === 'Literal' && /^(-\w*c|\/c|-command)$/i.test(String(element.value))))
            report(node, `${String(program.value)} runs a string`);
      },
      Property(node) {
        const key =
          node.key.type === 'Identifier' && !node.computed ? node.key.name : node.key.type === 'Literal' ? node.key.value : undefined; // oxlint-disable-line no-nested-ternary -- a key is one or the other
        if (key === 'shell' && node.value.type === 'Literal' && node.value.value === true)
          report(node, '`shell: true` runs a string in a shell');
      },
    };
  },
};

export default { meta: { name: 'devos' }, rules: { imports, 'no-shell': noShell } };
