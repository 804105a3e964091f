import { defineConfig } from 'vitest/config';

/** `unit` is quick and needs no other process; `whole` starts real processes, sockets and PostgreSQL. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/contract/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['src/store/**', 'src/engine/**', 'src/audit/store*.test.ts'],
        },
      },
      {
        test: {
          name: 'whole',
          include: ['src/store/**/*.test.ts', 'src/engine/**/*.test.ts', 'src/audit/store*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/contract/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          globalSetup: ['src/store/testing-setup.ts'],
        },
      },
    ],
  },
});
