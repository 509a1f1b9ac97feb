// The published client for JavaScript, @cartesia/cartesia-js 3.2.0, unchanged, in Node.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  absent,
  asksForKeys,
  assert,
  assertEqual,
  assertRefused,
  assertSpeech,
  check,
  flushed,
  key,
  long,
  parts,
  programs,
  require,
  run,
  text,
  url,
} from './probing.mjs';

const { Cartesia, toFile } = require('@cartesia/cartesia-js');
const typescript = require('typescript');

const newsman = 'd46abd1d-2d02-43e8-819f-51fb652c1c61';
const raw = { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 };
const voiceOf = (id) => ({ mode: 'id', id });
const asked = { model_id: 'sonic-3', voice: voiceOf('a0e99841-438c-4a64-b679-ae501e7d6091'), output_format: raw };
const unknown = { ...asked, voice: voiceOf('nobody') };

const clientWith = (apiKey) => new Cartesia({ apiKey, baseURL: url });
const client = clientWith(key);

const bodyOf = async (response) => new Uint8Array(await response.arrayBuffer());
const audioOf = (events) =>
  Buffer.concat(events.filter((event) => event.type === 'chunk').map((event) => event.audio ?? Buffer.from(event.data, 'base64')));
const wordsOf = (events) =>
  events.filter((event) => event.type === 'timestamps').flatMap((event) => event.word_timestamps.words);

async function all(iterable) {
  const found = [];
  for await (const item of iterable) found.push(item);
  return found;
}

async function withSocket(use, using = client) {
  const socket = await using.tts.websocket();
  socket.on('error', () => {}); // contexts tell of their own
  try {
    return await use(socket);
  } finally {
    socket.close();
  }
}

async function saidBy(id) {
  return bodyOf(await client.tts.generate({ ...asked, voice: voiceOf(id), transcript: text }));
}

async function withClone(use) {
  const wav = { ...asked, output_format: { ...raw, container: 'wav' }, transcript: text.repeat(3) };
  const clip = await toFile(await bodyOf(await client.tts.generate(wav)), 'clip.wav');
  const voice = await client.voices.clone({ clip, name: 'Cloned', language: 'en' });
  await use(voice);
  await client.voices.delete(voice.id);
  await assertRefused(404, () => client.voices.get(voice.id));
}

check('voices', async () => {
  const voices = await all(client.voices.list({ limit: 10 }));
  assert(voices.length >= 24 && new Set(voices.map((voice) => voice.id)).size === voices.length, 'voices twice, or few');
  assertEqual((await client.voices.get(newsman)).name, 'Newsman');
  await assertRefused(404, () => client.voices.get('nobody'));
});

check('voices cloned', () =>
  withClone(async (voice) => {
    assertSpeech(await saidBy(voice.id), text);
    const own = await all(client.voices.list({ is_owner: true }));
    assert(own.some((each) => each.id === voice.id), 'it is not listed');
  }),
);

check('voices changed', () =>
  withClone(async (voice) => {
    assertEqual((await client.voices.update(voice.id, { name: 'Changed', description: 'Again' })).name, 'Changed');
    assertEqual((await client.voices.get(voice.id)).description, 'Again');
  }),
);

check('voices localized', async () => {
  const given = { voice_id: newsman, name: 'Le Newsman', description: 'In French', language: 'fr' };
  const voice = await client.voices.localize({ ...given, original_speaker_gender: 'male' });
  assertEqual(voice.language, 'fr');
  assertSpeech(await saidBy(voice.id), text);
  await client.voices.delete(voice.id);
});

check('dictionaries', async () => {
  const made = await client.pronunciationDicts.create({ name: "A probe's", items: [{ text: 'dear', alias: 'dreadful' }] });
  assert((await all(client.pronunciationDicts.list())).some((each) => each.id === made.id), 'it is not listed');
  const plain = await bodyOf(await client.tts.generate({ ...asked, transcript: text }));
  const spoken = { ...asked, transcript: text, pronunciation_dict_id: made.id };
  assert((await bodyOf(await client.tts.generate(spoken))).length > plain.length, 'it has no effect');
  await client.pronunciationDicts.update(made.id, { name: 'Changed' });
  assertEqual((await client.pronunciationDicts.retrieve(made.id)).name, 'Changed');
  await client.pronunciationDicts.delete(made.id);
  await assertRefused(404, () => client.pronunciationDicts.retrieve(made.id));
});

check('bytes', async () => {
  assertSpeech(await bodyOf(await client.tts.generate({ ...asked, transcript: text })), text);
});

check('formats', async () => {
  const startOf = async (output_format) =>
    Buffer.from(await bodyOf(await client.tts.generate({ ...asked, output_format, transcript: text }))).toString('latin1', 0, 4);
  assertEqual(await startOf({ ...raw, container: 'wav' }), 'RIFF');
  const mp3 = await startOf({ container: 'mp3', sample_rate: 44100, bit_rate: 128000 });
  assert(mp3.startsWith('ID3') || mp3.startsWith('\xff'), 'it is no MP3');
});

check('sse', async () => {
  const more = { add_timestamps: true, add_phoneme_timestamps: true, context_id: 'sse-1' };
  const events = await all(await client.tts.generateSSE({ ...asked, ...more, transcript: text }));
  assertEqual([...new Set(events.map((event) => event.type))].sort(), ['chunk', 'done', 'phoneme_timestamps', 'timestamps']);
  assertSpeech(audioOf(events), text);
  assertEqual(wordsOf(events), text.split(' '));
});

check('websocket', () =>
  withSocket(async (socket) => assertSpeech(audioOf(await all(socket.generate({ ...asked, transcript: text }))), text)),
);

check('timestamps', () =>
  withSocket(async (socket) => {
    const context = socket.context({ ...asked, add_timestamps: true, add_phoneme_timestamps: true });
    const events = await all(context.generate({ transcript: text, add_timestamps: true }));
    assertEqual(wordsOf(events), text.split(' '));
    assert(events.some((event) => event.type === 'phoneme_timestamps'), 'no phonemes');
  }),
);

async function spokenInAContext(socket, texts) {
  const context = socket.context(asked);
  for (const transcript of texts) await context.push({ transcript });
  await context.no_more_inputs();
  return all(context.receive());
}

check('continuations', () =>
  withSocket(async (socket) => assertSpeech(audioOf(await spokenInAContext(socket, parts)), parts.join(''))),
);

check('flush', () =>
  withSocket(async (socket) => {
    const context = socket.context(asked);
    await context.push({ transcript: flushed[0], flush: true });
    await context.push({ transcript: flushed[1] });
    await context.flush();
    await context.push({ transcript: flushed[2] });
    await context.no_more_inputs();
    const events = await all(context.receive());
    assertEqual(events.filter((event) => event.type === 'flush_done').map((event) => event.flush_id), [1, 2]);
    flushed.forEach((said, index) => assertSpeech(audioOf(events.filter((event) => event.flush_id === index + 1)), said));
  }),
);

check('interleaved contexts', () =>
  withSocket(async (socket) => {
    const texts = [['One two three. '], ['Four five six seven eight nine ten. ', 'Eleven twelve thirteen.'], parts];
    const spoken = await Promise.all(texts.map((said) => spokenInAContext(socket, said)));
    texts.forEach((said, index) => assertSpeech(audioOf(spoken[index]), said.join('')));
  }),
);

check('cancel', () =>
  withSocket(async (socket) => {
    const ends = [];
    socket.on('done', (event) => ends.push(event.context_id));
    const context = socket.context({ ...asked, contextId: 'cancelled' });
    await context.push({ transcript: long });
    for await (const event of context.receive()) break;
    await context.cancel();
    assertSpeech(audioOf(await spokenInAContext(socket, ['Right after that.'])), 'Right after that.');
    assertEqual(ends.filter((id) => id === 'cancelled').length, 1);
  }),
);

check('contexts left open', () =>
  withSocket(async (socket) => {
    const context = socket.context(asked);
    await context.push({ transcript: 'Left open. ' });
    assertSpeech(audioOf(await all(context.receive())), 'Left open.');
  }),
);

check('errors', async () => {
  await assertRefused(400, () => client.tts.generate({ ...asked, transcript: '' }));
  await assertRefused(404, () => client.tts.generate({ ...unknown, transcript: text }));
  await withSocket(async (socket) => {
    const context = socket.context(unknown);
    await context.push({ transcript: text });
    await assertRefused('nobody', () => all(context.receive()));
    assertSpeech(audioOf(await spokenInAContext(socket, [text])), text); // the others go on
  });
});

// Run a program in TypeScript, a function that takes a client and writes recordings, in a directory of its own.
async function runProgram(file) {
  const source = fs.readFileSync(file, 'utf-8');
  const [, name] = source.match(/async function (\w+)/);
  const { outputText } = typescript.transpileModule(source, { compilerOptions: { target: 'es2022', module: 'none' } });
  const timestamp = () => String(Date.now());
  const program = new Function('fs', 'timestamp', 'console', `${outputText}\nreturn ${name};`);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'program-'));
  process.chdir(directory);
  await program(fs, timestamp, { ...console, log: () => {} })(client);
  await new Promise((resolve) => setTimeout(resolve, 100)); // its files are still being written
  const sizes = fs.readdirSync('.').map((name) => fs.statSync(name).size);
  process.chdir('/');
  fs.rmSync(directory, { recursive: true });
  assertEqual(sizes.length, 2);
  assert(Math.min(...sizes) > 2 * 44100 * 4, `the recordings have ${sizes} bytes`);
}

check('programs', () => runProgram(new URL('../programs/two_contexts.ts', import.meta.url)));
check('programs', () => runProgram(path.join(programs, '22_concurrent_contexts.ts')), { given: programs });

check(
  'keys',
  async () => {
    await client.getStatus();
    const refused = clientWith('wrong');
    await assertRefused(401, () => refused.tts.generate({ ...asked, transcript: text }));
    // The socket also tells whoever listens to it, and nobody can before it is there.
    const ignore = () => {};
    process.on('unhandledRejection', ignore);
    await assertRefused('401', () => refused.tts.websocket());
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('unhandledRejection', ignore);
  },
  { given: asksForKeys },
);

check(
  'access tokens',
  async () => {
    const { token } = await client.accessToken.create({ grants: { tts: true }, expires_in: 60 });
    const bearing = new Cartesia({ token, baseURL: url });
    assertSpeech(await bodyOf(await bearing.tts.generate({ ...asked, transcript: text })), text);
    await withSocket(async (socket) => assertSpeech(audioOf(await spokenInAContext(socket, [text])), text), bearing);
  },
  { given: asksForKeys },
);

absent('voices made', 'voices mixed', 'embeddings');
await run('@cartesia/cartesia-js');
