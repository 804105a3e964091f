import { describe, expect, it } from 'vitest';
import { AppError, errorCodes, exitCodes, toAppError } from './errors.ts';

describe('errorCodes', () => {
  it('gives every code an exit status and an HTTP status', () => {
    const codes = Object.entries(errorCodes);

    const bad = codes.filter(([, { exit, http }]) => exitCodes[exit] === undefined || http < 400 || http > 599);

    expect(codes.length).toBeGreaterThan(30);
    expect(bad).toEqual([]);
  });

  it('lets no failure exit with 0', () => {
    expect(Object.values(errorCodes).filter(({ exit }) => exitCodes[exit] === 0)).toEqual([]);
  });

  it('writes codes in one form', () => {
    expect(Object.keys(errorCodes).filter((code) => !/^[A-Z]+(_[A-Z]+)*$/.test(code))).toEqual([]);
  });
});

describe('AppError', () => {
  it('tells what happened, what to do, and where it is described', () => {
    const error = new AppError('No such thing', { code: 'NOT_FOUND', hint: 'Look again.', details: { name: 'x' } });

    expect(error.toBody()).toEqual({
      code: 'NOT_FOUND',
      message: 'No such thing',
      hint: 'Look again.',
      docs: 'docs/reference/errors.md#not_found',
      details: { name: 'x' },
    });
    expect([error.exitCode, error.httpStatus]).toEqual([1, 404]);
  });

  it('leaves empty details out', () => {
    expect(new AppError('x', { code: 'USAGE', hint: 'y' }).toBody()).not.toHaveProperty('details');
  });

  it('is known across copies of the package', () => {
    const copy = { [Symbol.for('devos.AppError')]: true };

    expect(AppError.isInstance(copy)).toBe(true);
    expect(AppError.isInstance(new Error('x'))).toBe(false);
  });
});

describe('toAppError', () => {
  it('keeps what was expected and calls the rest a bug, with its cause', () => {
    const known = new AppError('x', { code: 'CONFLICT', hint: 'y' });
    const thrown = new TypeError('undefined is not a function');

    expect(toAppError(known)).toBe(known);
    expect(toAppError(thrown)).toMatchObject({ code: 'INTERNAL', message: 'undefined is not a function', cause: thrown });
    expect(toAppError('text').message).toBe('text');
  });
});
