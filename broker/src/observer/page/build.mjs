// Bundles src/ into dist/, which is committed and built into the program: whoever builds Zanni needs no Node.
import { build } from 'esbuild';
import { copyFileSync } from 'node:fs';

await build({
  entryPoints: { app: 'src/main.js' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2020'],
  legalComments: 'linked',
  charset: 'utf8',
});
copyFileSync('src/index.html', 'dist/index.html');
