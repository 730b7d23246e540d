"""The words of the keyword model: the keywords, other words, and how foreign voices read them."""

from __future__ import annotations

KEYWORDS = ("yes", "no", "stop", "left", "right", "forward", "backward", "louder", "quieter", "camera")
OTHER = "other"
SILENCE = "silence"
LABELS = KEYWORDS + (OTHER, SILENCE)

# Words that are not keywords: common ones, other commands, and some that sound alike.
# None sounds the same as a keyword (know, write), and none begins with one (nobody).
OTHER_WORDS = (
    "zero one two three four five six seven eight nine ten seventeen hundred up down on off go in "
    "open close start begin wait pause play next again help lower higher faster slower volume music "
    "please thanks hello maybe never always because today tomorrow morning evening night Friday "
    "summer winter water coffee sugar apple orange banana rice table window garden paper lamp light "
    "house town river mountain tree flower bed bird cat dog cow girl mother father sister "
    "brother doctor phone call message time radio battery computer weather picture number letter "
    "question answer word yellow green blue red black white brown gold happy quiet bright less "
    "yet now snow note yard chess shop top lift ride back arm camel comma quarter shower "
    "follow learn visual where when what who how why an and the with from this that there their"
).split()

# Running speech without a keyword; windows are cut from it.
SENTENCES = (
    "the quick brown fox jumps over the lazy dog",
    "please bring me a glass of water and some bread",
    "what time does the train to the city leave today",
    "she sells sea shells by the sea shore",
    "my brother lives in a small house near the river",
    "we had a very pleasant evening with our friends",
    "it has been raining since early this morning",
    "they will meet us after the concert",
    "could you tell me where the station is",
    "the children are playing in the garden",
    "I think that this is a very good idea",
    "he wrote a long letter to his mother",
    "everybody wondered what the answer would be",
    "this picture was taken many years before",
    "there are seven days in every week",
    "close the window because it is getting cold",
)

# The keywords, in their order, as voices of other languages must read them so that an
# English listener hears them. Chosen by the sounds that festival says it will make. Where
# few words end in a consonant, speakers often end with a faint vowel: "/" parts the two.


def spelling(text: str) -> dict[str, list[str]]:
    return dict(zip(KEYWORDS, (readings.split("/") for readings in text.split()), strict=True))


ITALIAN = spelling("ies nou stop left ra'it fo'rword be'cuord la'uder qua'ieter chemera")
ITALIAN_BOTH = spelling("ies/iesse nou stop/stoppe left/lefte ra'it/ra'ite fo'rword/fo'rworde be'cuord/be'cuorde "
                        "la'uder/la'udere qua'ieter/qua'ietere chemera/ca'mera")
FINNISH = spelling("jes/jese nou stop/stope left/lefte rait/raite foowöd/foowörde bäkwöd/bäkwörde laudö/lauder "
                   "kvaietö/kuaieter kämera/kamera")
CZECH = spelling("jes nou stop/stope left/lefte rajt/rajte foruord/foruorde bekuord/bekuorde lauder kuajetr/kuajetre "
                 "kemera/kamera")
CATALAN = spelling("iès nóu stop lèft ràit fóruard bècuord làuder quàieta càmera")
RUSSIAN = spelling("йес н+оу стоп лефт райт ф+оруорд б+экуорд л+аудэр ку+айетэр к+эмера")

# Other words for them: of some language, or of none.
LATIN_OTHER = (
    "kap pa taun daum dan lift rat top kou gon do se nau mo an om ap daun on gou fo kasa lampa "
    "mani tuve selo bira kant mesto luna rosa pito dama finis karta tempo nebo salto vino rima "
    "modul akt ekipa umbra kilo natur olen ulme tabula patata domino kolera"
).split()
RUSSIAN_OTHER = (
    "дом кот мама река вода лампа стол окно утро вечер день ночь рука нога хлеб молоко лес поле "
    "город улица зима лето один два три пять шесть семь там тут кто что где лифт топ кап таун"
).split()
