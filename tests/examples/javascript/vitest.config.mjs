import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globalSetup: './global_setup.mjs', include: ['*.spec.mjs'] } });
