import { describe, expect, it } from 'vitest';
import { renderTable } from './render.ts';

describe('renderTable', () => {
  it('parts columns by three spaces and leaves no trailing blanks', () => {
    const text = renderTable(
      ['NAME', 'READY', 'AGE'],
      [
        ['web-app-1', '1/1', '5s'],
        ['b', '0/1', ''],
      ],
    );

    expect(text).toBe('NAME        READY   AGE\nweb-app-1   1/1     5s\nb           0/1\n');
  });
});
