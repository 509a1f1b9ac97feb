// What probing.py is, for clients in JavaScript: checks, each of a feature, and what counts as speech.

import fs from 'node:fs';
import { createRequire } from 'node:module';

export const url = process.env.PROBE_URL;
export const key = process.env.PROBE_KEY ?? 'any';
export const asksForKeys = 'PROBE_KEY' in process.env;
export const programs = process.env.PROBE_PROGRAMS;
// The packages lie in an environment of their own, where `import` does not look.
export const require = createRequire(`${process.env.PROBE_ENVIRONMENT}/`);

export const text = 'Hello there, my dear friend.';
export const parts = ['The first sentence is here. ', 'And a second ', 'one that goes on, ', 'and ends.'];
export const flushed = ['The first part, ', 'the second part, which is longer. ', 'The third.'];
export const long = 'A long sentence that goes on. '.repeat(300);

const longestCheck = 40_000; // milliseconds
const checks = [];
const print = (result) => fs.writeSync(1, JSON.stringify(result) + '\n');

// A check of a feature, which is run where something is given.
export function check(feature, probe, { given = true } = {}) {
  if (given) checks.push([feature, probe]);
  else print({ feature, skipped: true });
}

export const absent = (...features) => features.forEach((feature) => print({ feature, absent: '' }));

export function assert(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

export function assertEqual(actual, expected) {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(found === wanted, `${found} is not ${wanted}`);
}

// That audio (pcm_s16le, 16000 Hz) is heard, and about as long as a text takes to say.
export function assertSpeech(audio, said) {
  const samples = new Int16Array(new Uint8Array(audio).buffer, 0, audio.length >> 1);
  const seconds = samples.length / 16000;
  const words = said.trim().split(/\s+/).length;
  assert(0.12 * words < seconds && seconds < 1.2 * words + 1.2, `${seconds.toFixed(2)} s for ${words} words`);
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0) / 32768;
  assert(peak > 0.02, `the loudest sample is ${peak}`);
}

// That something is refused, with those words or with that status.
export async function assertRefused(expected, call) {
  let error;
  try {
    await call();
  } catch (raised) {
    error = raised;
  }
  assert(error, 'it was not refused');
  const fits = error.status === expected || String(error.message).includes(String(expected));
  assert(fits, `it says ${error.message}`);
}

export async function run(name) {
  print({ client: name, version: require(`${process.env.PROBE_ENVIRONMENT}/node_modules/${name}/package.json`).version });
  let failed = 0;
  for (const [feature, probe] of checks) {
    const started = performance.now();
    let reason = null;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('it did not end')), longestCheck);
    });
    try {
      await Promise.race([probe(), late]);
    } catch (error) {
      failed += 1;
      reason = `${error.message} (${String(error.stack).split('\n')[1]?.trim()})`;
    }
    clearTimeout(timer);
    const seconds = Math.round(performance.now() - started) / 1000;
    print({ feature, check: feature, passed: reason === null, reason, seconds });
  }
  process.exit(failed);
}
