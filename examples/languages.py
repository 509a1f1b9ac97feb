"""One voice in several languages, a file each."""

from cartesia import Cartesia

SENTENCES = {
    "en": "Good morning, how are you?",
    "es": "Buenos días, ¿cómo estás?",
    "de": "Guten Morgen, wie geht es dir?",
    "fr": "Bonjour, comment ça va ?",
    "zh": "早上好，你好吗？",
    "hi": "सुप्रभात, आप कैसे हैं?",
}

with Cartesia() as client:
    for language, sentence in SENTENCES.items():
        audio = client.tts.generate(
            model_id="sonic-3",
            transcript=sentence,
            voice="a0e99841-438c-4a64-b679-ae501e7d6091",
            language=language,
            output_format={"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000},
        )
        audio.write_to_file(f"{language}.wav")
