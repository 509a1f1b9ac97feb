// Two contexts on one connection that speak at once, each into a file of its own.
async function speakInTwoContexts(client: Cartesia): Promise<void> {
  const texts: Record<string, string[]> = {
    question: ['Where does the rain in Spain stay? ', 'And how do we know that? '],
    answer: ['Mainly in the plain, ', 'which is what they say, ', 'and they say it over and over again.'],
  };
  const socket = await client.tts.websocket();
  try {
    const contexts = Object.keys(texts).map((name) => ({
      name,
      context: socket.context({
        model_id: 'sonic-latest',
        voice: { mode: 'id', id: '6ccbfb76-1fc6-48f7-b71d-91ac6298247b' },
        output_format: { container: 'raw', encoding: 'pcm_f32le', sample_rate: 44100 },
      }),
    }));
    for (const { name, context } of contexts) {
      for (const transcript of texts[name]) await context.push({ transcript });
      await context.no_more_inputs();
    }
    const write = async ({ name, context }: (typeof contexts)[number]): Promise<void> => {
      const file = fs.openSync(`${name}_${timestamp()}.pcm`, 'w');
      for await (const event of context.receive()) {
        if (event.type === 'chunk' && event.audio) fs.writeSync(file, event.audio);
      }
      fs.closeSync(file);
    };
    await Promise.all(contexts.map(write));
  } finally {
    socket.close();
  }
}
