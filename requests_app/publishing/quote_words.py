"""The words by which mail programs announce a quotation, in the languages of Outlook, Gmail, Thunderbird and Lotus."""

import re

from .hinted import Hinted

_I = re.IGNORECASE

# Field names of a repeated header, by what they mean. The marks * and blanks are what a program or its reader adds.
FROM = (
    "from|de|von|od|da|van|från|fra|oddi wrth|oddi|lähettäjä|ó|expéditeur|absender|nadawca|mittente|de la|feladó|от"
    "|від|kimden|από|nuo|saatja|发件人|寄件者|差出人|보낸 사람|من"
)
SENT = (
    "sent|envoyé|gesendet|wysłano|wysłane|inviato|verzonden|skickat|sendt|enviado|enviada|anfonwyd|lähetetty|seolta"
    "|trimis|elküldve|odesláno|odoslané|отправлено|надіслано|изпратено|gönderildi|gönderme|στάλθηκε|αποστολή|poslano"
    "|enviat|išsiųsta|nosūtīts|saadetud|发送时间|寄件日期|送信日時|보낸 날짜|تاريخ الإرسال"
)
DATE = "date|datum|data|fecha|dato|dyddiad|received|päiväys|dátum|дата|ημερομηνία|tarih|日期|日付|날짜"
TO = (
    "to|à|an|do|a|aan|till|til|para|at|vastaanottaja|destinataire|empfänger|adresat|chuig|către|címzett|komu|кому|до"
    "|kime|προς|za|prima|per a|kam|adressaat|收件人|收件者|宛先|받는 사람|إلى"
)
SUBJECT = (
    "subject|objet|betreff|temat|oggetto|onderwerp|ämne|emne|asunto|assunto|pwnc|aihe|re|sujet|ábhar|subiect|tárgy"
    "|předmět|predmet|тема|относно|konu|θέμα|zadeva|tema|temats|teema|主题|主旨|件名|제목|الموضوع"
)
OTHER = (
    "cc|bcc|cci|kopie|kopia|kopi|dw|copie|copi|reply-to|importance|attachments|sensitivity|priority"
    "|pièces jointes|anlagen"
)
_ANY = f"{FROM}|{SENT}|{DATE}|{TO}|{SUBJECT}|{OTHER}"
FIELD = re.compile(rf"[\s>|]{{0,6}}\*{{0,2}}({_ANY})\*{{0,2}}[\s\u00a0]{{0,3}}[:：]\*{{0,2}}(?:\s|$|(?<=：))(.*)", _I)
MEANING = {
    name: meaning
    for meaning, names in (("from", FROM), ("sent", SENT), ("sent", DATE), ("to", TO), ("subject", SUBJECT))
    for name in names.split("|")
}

ORIGINAL = re.compile(
    r"\s{0,3}[-_]{2,}\s*(?:original (?:message|appointment|e-?mail)|neges wreiddiol|ursprüngliche nachricht"
    r"|original-nachricht"
    r"|message d['’]origine|message original|(?:wiadomość oryginalna|oryginalna wiadomość)|mensaje original"
    r"|mensagem original"
    r"|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding"
    r"|alkuperäinen viesti|bunteachtaireacht)\s*[-_]{2,}\s*$",
    _I,
)
FORWARDED = re.compile(
    r"\s{0,3}-{2,}\s*(?:forwarded (?:message|by)\b|neges a anfonwyd ymlaen|weitergeleitete nachricht"
    r"|message transféré"
    r"|wiadomość przekazana|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht).{0,200}$"
    r"|\s{0,3}(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:transféré|réexpédié)"
    r"|inizio messaggio inoltrato):\s*$",
    _I,
)
COPY = re.compile(r"\s{0,3}-{2,}\s*this is a copy of (?:the|your) message.{0,80}$", _I)
GROUPWISE = re.compile(r"\s{0,3}>>> .{1,200}\d{1,2}[/:.]\d{2}.{0,40}>>>\s*$")

_VERBS = (
    r"wrote|writes|said|ysgrifennodd|a écrit|schrieb|napisał(?:\(a\)|a)?|pisze|escribió|ha scritto|schreef|skrev"
    r"|escreveu|kirjoitti"
    r"|scríobh|het geskryf"
)
ATTRIBUTION_BEGINS = re.compile(
    r"[\s>]{0,4}(?:On|Ar|Le|Am|W dniu|Dnia|El|Il|Op|Den|Em|Ag|(?:pon|wt|śr|czw|pt|sob|niedz)\.,)\s.{0,300}$"
)
ATTRIBUTION_ENDS = re.compile(rf"(?:{_VERBS})\b\)?(?:.{{0,120}})?\s?:\s{{0,5}}$", _I)
ATTRIBUTION_SHORT = re.compile(rf"\s{{0,3}}(?!On\s)\S.{{0,99}}\s(?:{_VERBS})(?:.{{0,40}})?\s?:\s{{0,5}}$")
# In any language: a year, a time, an address and a colon at the end, right above the lines that it is about.
ATTRIBUTION_SHAPE = re.compile(
    r"(?=.{0,200}(?<!\d)\d{4}(?!\d))(?=.{0,200}\d{1,2}[:.]\d\d)[^@]{1,200}@.{1,200}[:：]\s{0,5}$"
)
# Zoho: "---- On …, Liz R <…> wrote ----".
ATTRIBUTION_DASHED = re.compile(
    rf"\s{{0,3}}-{{2,8}}\s(?:On\s)?(?=.{{0,200}}\d).{{5,250}}\s(?:{_VERBS})\s?-{{2,8}}\s*$", _I
)
# What a program puts into an attribution, and a person who cites a letter seldom does.
PRECISE = re.compile(r"\d{1,2}[:.]\d{2}\b|@|\[[\w# ]{0,40}e-?mail")

SCORE = re.compile(r"\s{0,3}([-_*=#~])(?:\s?\1){7,}\s{0,20}$")
SIGN_OFF = re.compile(
    r"\s{0,8}(?:yours(?:\s(?:sincerely|faithfully|truly))?|(?:with\s)?(?:(?:kind|kindest|best|warm|many)\s)?regards"
    r"|best(?:\swishes)?|many\sthanks|thanks|thank\syou|sincerely|cheers|yn\s(?:gywir|ddiffuant)"
    r"|cofion(?:\s(?:cynnes|gorau))?|diolch"
    r"|mit\s(?:freundlichen|besten)\s\w+|cordialement|pozdrawiam|z\spoważaniem)"
    r"[\s.,!]{0,10}$",
    _I,
)
SIGNATURE = re.compile(r"--[ \u00a0]?$")
DISCLAIMER = Hinted(
    r"scanned (?:for|by) (?:\w+ ){0,3}virus|virus[- ](?:free|scanning service)|checked for (?:\w+ ){0,4}viruses"
    r"|swept (?:for|by)|\bMessageLabs\b|intended recipient|received this (?:e-?mail|message|communication"
    r"|transmission)"
    r"(?: and any attachments?)? (?:in error|by mistake)|intended (?:solely |only "
    r"|exclusively )?for (?:the (?:use of the )?)?"
    r"(?:addressee|named (?:addressee|recipient)|individual or entity|person(?:\(s\))? (?:to whom|or organi))"
    r"|consider the environment before printing|(?:not the|are not an?) (?:named |intended |correct )?addressee"
    r"|views? (?:or opinions? )?expressed (?:in|by|here|are|may).{0,80}(?:author|sender|individual|not necessarily)"
    r"|may contain (?:\w+ ){0,5}(?:confidential|privileged|protectively marked)|(?:confidential|privileged) (?:and"
    r"|information).{0,60}"
    r"(?:addressee|disclos|intended)|notify (?:the sender|us) (?:immediately|by|and).{0,80}(?:delete|destroy)"
    r"|think before you print"
    r"|e-?mails? (?:sent to (?:or|and) from|and any).{0,60}(?:monitored|recorded)|may be (?:monitored"
    r"|intercepted).{0,60}(?:lawful|legislation|policy)"
    r"|er sylw'r derbynnydd|at ddefnydd y (?:sawl|person)|gall (?:yr|y) e-?bost hwn gynnwys",
    hints=(
        "addressee ddefnydd gynnwys checked confidential environment derbynnydd expressed intended "
        "intercepted contain messagelabs monitored recorded notify privileged received scanned swept think "
        "virus"
    ),
)
GSI = re.compile(r"\s{0,3}communications via the gsi\b", _I)
REFERENCES = re.compile(r"\s{0,3}references\s*$", _I)
VISIBLE_LINKS = re.compile(r"\s{0,3}(?:visible links|\[?1[.\]]\s{0,3}\S*(?:://|www\.))", _I)

# The letter's own words say where its answer is: then nothing below is only a quotation.
REFERS_BELOW = re.compile(
    r"\b(?:below|beneath|underneath|forward(?:ed|ing)?|isod|in-?line|interspersed|embedded|in (?:red|blue|green"
    r"|bold|italics|capitals)"
    r"|(?:within|into|in the body of) your (?:e-?mail|letter|request|message)|under each|after each|next to (?:each"
    r"|your)|trail(?:ing)? e-?mail"
    r"|(?:my|our) (?:comments|responses?|replies|notes)(?: (?:are|is|stand))? (?:in|to each|against|beside|alongside)"
    r"|in (?:the|your) text|against each|alongside (?:each|your)|as annotated|marked (?:in|with|up|\*)"
    r"|unten|ci-dessous|poniżej)\b",
    _I,
)
REFERS_TO_FILES = re.compile(r"\b(?:attach(?:ed|ment|ments|ing)?|enclos(?:ed|ure|ures|ing)|ynghlwm|amgaeedig)\b", _I)
ANSWER_MARK = re.compile(
    r"[\s>]{0,6}(?:\*{0,2}(?:answer|response|reply|ateb|our (?:answer|response)|council (?:answer"
    r"|response))\b[ \d]{0,4}\*{0,2}\s{0,2}[:\-–.]"
    r"|(?:\*{2,3}|={1,3}>|-{1,2}>|→|»|<<)\s{0,3}\w|.{1,200}<<\s{0,3}$|a ?\d{1,2}[:.)]\s"
    r"|\[[A-Z][\w.'’ -]{1,40}\](?:\s|$))",
    _I,
)
SALUTATION = re.compile(
    r"\s{0,3}(?:dear|hi|hello|annwyl|good (?:morning|afternoon|day)|sehr geehrte|bonjour"
    r"|szanown)\b.{0,80}$",
    _I,
)
LOTUS_DATE = re.compile(
    r"\s{0,60}\d{1,2}[/.\-](?:\d{1,2}"
    r"|[A-Za-z]{3})[/.\-]\d{2,4}[ ,]{1,4}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AP]M)?\s*$",
    _I,
)
LOTUS_LABEL = re.compile(r"\s{0,60}(To|Please respond to|cc|bcc|Subject|Fax to)(?:\s{2,}\S.*|\t.*|\s*)$")
