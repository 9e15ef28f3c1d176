/**
 * A project of three small sources, built by this project's tools: for tests of the tools.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from './lesswork.js';

const SOURCES: Readonly<Record<string, string>> = {
  'protocol/two.ts': 'export const two: number = 2;\n',
  'cli/main.ts': "import { two } from '../protocol/two.js';\nconsole.log(two);\n",
  'test/protocol/two.test.ts': [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { two } from '../../protocol/two.js';",
    "test('two is even', () => assert.equal(two % 2, 0));\n",
  ].join('\n'),
  'shaders/cpu/assembly/asconfig.json': '{ "targets": { "one": {} }, "options": { "runtime": "stub" } }\n',
  'shaders/cpu/assembly/one.ts': 'export function one(): i32 {\n  return 1;\n}\n',
};

export interface ToolRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class TinyProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'lesswork-tiny-'));

  constructor() {
    for (const name of ['tools', 'tsconfig.json', 'package.json', 'package-lock.json'])
      cpSync(join(PROJECT_ROOT, name), this.path(name), { recursive: true });
    // A folder of its own: the tools keep a cache there. node_modules itself may not be a link.
    mkdirSync(this.path('node_modules'));
    for (const name of [
      'typescript',
      '@typescript',
      'assemblyscript',
      'binaryen',
      'long',
      '@types',
      '@webgpu',
    ])
      symlinkSync(join(PROJECT_ROOT, 'node_modules', name), this.path(`node_modules/${name}`));
    for (const [path, text] of Object.entries(SOURCES)) this.write(path, text);
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Starts a tool, or a built file. */
  start(...args: string[]) {
    return this.#start({}, args);
  }

  /** Runs a tool, or a built file, to its end. */
  run(...args: string[]): Promise<ToolRun> {
    return this.runWith({}, ...args);
  }

  /** As `run`, with variables of the environment. */
  async runWith(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<ToolRun> {
    const child = this.#start(variables, args);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(variables: Readonly<Record<string, string>>, args: readonly string[]) {
    // With this variable node:test takes whoever runs tests for a test itself.
    const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...variables };
    return spawn(process.execPath, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
