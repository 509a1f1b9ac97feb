"""One sentence in every language of the protocol, and the phonemes that must be heard in it."""

from typing import NamedTuple


class Sentence(NamedTuple):
    text: str
    sounds: str
    """Phonemes that follow each other in it, as espeak-ng 1.52 names them (mostly IPA), stress marks left out."""


SENTENCES = {
    "ar": Sentence("صباح الخير، كيف حالك اليوم؟", "χajr"),
    "bg": Sentence("Добро утро, как сте днес?", "dobroutro"),
    "bn": Sentence("আমি প্রতিদিন সকালে চা খাই।", "amipɾotidin"),
    "cs": Sentence("Dobrý den, jak se dnes máte?", "dobriːden"),
    "da": Sentence("God morgen, hvordan har du det i dag?", "ɡoð"),
    "de": Sentence("Guten Morgen, ich möchte zwei Brötchen kaufen.", "bɾøːtçən"),
    "el": Sentence("Καλημέρα, τι κάνετε σήμερα;", "kalimera"),
    "en": Sentence("Good morning, the weather is lovely today.", "wɛðɚ"),
    "es": Sentence("Buenos días, ¿cómo está usted hoy?", "bwenosðias"),
    "fi": Sentence("Hyvää huomenta, mitä kuuluu tänään?", "hyvæhuomenta"),
    "fr": Sentence("Bonjour, je voudrais une tasse de thé.", "bɔ̃ʒuʁ"),
    "gu": Sentence("હું દરરોજ સવારે ચા પીઉં છું.", "səʋaːɾeː"),
    "he": Sentence("בוקר טוב, מה שלומך היום?", "ʃlom"),
    "hi": Sentence("मैं हर सुबह चाय पीता हूँ।", "sʊbəh"),
    "hr": Sentence("Dobro jutro, kako ste danas?", "dobɾojutɾo"),
    "hu": Sentence("Jó reggelt kívánok, hogy van ma?", "rɛɡɛlt"),
    "id": Sentence("Selamat pagi, apa kabar hari ini?", "səlamatpaɡi"),
    "it": Sentence("Buongiorno, vorrei una tazza di caffè.", "bʊondʒɔrno"),
    "ja": Sentence("おはようございます、きょうはいいてんきですね。", "o̞häjo̞ɯᵝ"),
    "ka": Sentence("დილა მშვიდობისა, როგორ ხართ დღეს?", "mʃvidobisa"),
    "kn": Sentence("ನಾನು ಪ್ರತಿದಿನ ಬೆಳಿಗ್ಗೆ ಚಹಾ ಕುಡಿಯುತ್ತೇನೆ.", "pɹɐtidinɐ"),
    "ko": Sentence("안녕하세요, 오늘 날씨가 참 좋습니다.", "ɐnnjʌŋhɐsejo"),
    "ml": Sentence("ഞാൻ എല്ലാ ദിവസവും രാവിലെ ചായ കുടിക്കും.", "ellaːdivəsɐvum"),
    "mr": Sentence("मी रोज सकाळी चहा पितो आणि वर्तमानपत्र वाचतो.", "səkaːɭi"),
    "ms": Sentence("Selamat pagi, apa khabar anda hari ini?", "apəxabaɹ"),
    "nl": Sentence("Goedemorgen, hoe gaat het vandaag met u?", "ɣudəmɔrɣən"),
    "no": Sentence("God morgen, hvordan har du det i dag?", "hardʉː"),
    "or": Sentence("ମୁଁ ପ୍ରତିଦିନ ସକାଳେ ଚା ପିଏ।", "pɾɔtidinɔ"),
    "pa": Sentence("ਮੈਂ ਹਰ ਰੋਜ਼ ਸਵੇਰੇ ਚਾਹ ਪੀਂਦਾ ਹਾਂ।", "səveɾe"),
    "pl": Sentence("Dzień dobry, jak się pan dzisiaj czuje?", "dʑɛɲdɔbrɨ"),
    "pt": Sentence("Bom dia, como você está hoje?", "boŋdʒi"),
    "ro": Sentence("Bună dimineața, ce mai faceți astăzi?", "bunə"),
    "ru": Sentence("Доброе утро, как ваши дела сегодня?", "dobrʌj"),
    "sk": Sentence("Dobrý deň, ako sa dnes máte?", "dobriːdʲeɲ"),
    "sv": Sentence("God morgon, hur mår du i dag?", "hʉrmoːr"),
    "ta": Sentence("நான் தினமும் காலையில் தேநீர் குடிக்கிறேன்.", "dinʌmʉm"),
    "te": Sentence("నేను ప్రతి రోజు ఉదయం టీ తాగుతాను.", "udajan"),
    "th": Sentence("สวัสดีครับ วันนี้อากาศดีมาก", "kharm"),
    "tl": Sentence("Magandang umaga, kumusta ka ngayong araw?", "maɡandaŋumaɡa"),
    "tr": Sentence("Günaydın, bugün nasılsınız?", "ɟynajdɯn"),
    "uk": Sentence("Доброго ранку, як ваші справи сьогодні?", "dobrohoranku"),
    "ur": Sentence("میں ہر صبح چائے پیتا ہوں۔", "caːe"),
    "vi": Sentence("Chào buổi sáng, hôm nay bạn có khỏe không?", "saːŋ"),
    "zh": Sentence("早上好，今天的天气非常好。", "tsɑus.ɑŋχɑu"),
}
