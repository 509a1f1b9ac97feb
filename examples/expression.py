"""Say a text faster, sadder, with a pause, letter by letter, and with words of one's own."""

from cartesia import Cartesia

with Cartesia() as client:
    words = client.pronunciation_dicts.create(name="Words", items=[{"text": "SQL", "alias": "sequel"}])
    client.tts.generate(
        model_id="sonic-3",
        transcript='The SQL is down. <break time="500ms"/> <emotion value="sad"/> Its name was <spell>DB1</spell>.',
        voice="248be419-c632-4f23-adf1-5324ed7dbf1d",
        output_format={"container": "mp3", "sample_rate": 44100, "bit_rate": 128000},
        generation_config={"speed": 1.1, "volume": 0.9},
        pronunciation_dict_id=words.id,
    ).write_to_file("expression.mp3")
    client.pronunciation_dicts.delete(words.id)
