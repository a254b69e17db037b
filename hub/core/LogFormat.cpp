// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/LogFormat.h"

#include "hub/core/SettingsValues.h"

#include <QFileInfo>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

const QString defaultTimePattern = QStringLiteral("YYYY-MM-DDTHH:mm:ss.SSSSSSZZ");

int levelNumber(LogLevel level)
{
    return 10 * (1 + static_cast<int>(level));
}

const char *levelColor(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return "\x1b[34m\x1b[1m";
    case LogLevel::Info: return "\x1b[1m";
    case LogLevel::Warning: return "\x1b[33m\x1b[1m";
    case LogLevel::Error: return "\x1b[31m\x1b[1m";
    case LogLevel::Critical: return "\x1b[41m\x1b[1m";
    }
    Q_UNREACHABLE();
}

/// The escape sequence of a color tag's name; nullptr when there is no such color. "level" is decided when a line is made.
const char *colorSequence(const QString &name)
{
    static const QHash<QString, const char *> sequences{
        {QStringLiteral("black"), "\x1b[30m"}, {QStringLiteral("red"), "\x1b[31m"}, {QStringLiteral("green"), "\x1b[32m"},
        {QStringLiteral("yellow"), "\x1b[33m"}, {QStringLiteral("blue"), "\x1b[34m"}, {QStringLiteral("magenta"), "\x1b[35m"},
        {QStringLiteral("cyan"), "\x1b[36m"}, {QStringLiteral("white"), "\x1b[37m"},
        {QStringLiteral("bold"), "\x1b[1m"}, {QStringLiteral("b"), "\x1b[1m"}, {QStringLiteral("dim"), "\x1b[2m"},
        {QStringLiteral("d"), "\x1b[2m"}, {QStringLiteral("italic"), "\x1b[3m"}, {QStringLiteral("underline"), "\x1b[4m"},
        {QStringLiteral("u"), "\x1b[4m"}, {QStringLiteral("level"), ""}, {QStringLiteral("lvl"), ""}};
    return sequences.value(name, nullptr);
}

/// Keeps a record on one line and a terminal unharmed: whatever is a control character becomes an escape.
QString oneLine(const QString &text)
{
    QString result;
    result.reserve(text.size());
    for (const QChar c : text) {
        if (c == u'\n')
            result += QStringLiteral("\\n");
        else if (c == u'\r')
            result += QStringLiteral("\\r");
        else if (c == u'\t')
            result += c;
        else if (c.category() == QChar::Other_Control || c == QChar::LineSeparator || c == QChar::ParagraphSeparator)
            result += QStringLiteral("\\u%1").arg(static_cast<uint>(c.unicode()), 4, 16, QChar(u'0'));
        else
            result += c;
    }
    return result;
}

QString elapsedText(std::chrono::microseconds elapsed)
{
    const qint64 seconds = elapsed.count() / 1'000'000;
    return QStringLiteral("%1:%2:%3.%4")
        .arg(seconds / 3600)
        .arg(seconds / 60 % 60, 2, 10, QChar(u'0'))
        .arg(seconds % 60, 2, 10, QChar(u'0'))
        .arg(elapsed.count() % 1'000'000, 6, 10, QChar(u'0'));
}

} // namespace

Result<LogFormat> LogFormat::parse(const QString &format)
{
    LogFormat result;
    if (format.trimmed().compare(QLatin1StringView("json"), Qt::CaseInsensitive) == 0) {
        result.m_json = true;
        return result;
    }
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    if (format.trimmed().isEmpty())
        return bad(QStringLiteral("the format is empty"));
    QString literal;
    for (qsizetype i = 0; i < format.size(); ++i) {
        const QChar c = format[i];
        if ((c == u'{' || c == u'}') && format.mid(i + 1, 1) == c) {
            literal += c;
            ++i;
        } else if (c == u'{') {
            const qsizetype close = format.indexOf(u'}', i);
            if (close < 0)
                return bad(QStringLiteral("a { without its }"));
            result.addText(std::exchange(literal, QString()));
            if (const auto added = result.addToken(format.mid(i + 1, close - i - 1)); !added)
                return tl::unexpected(added.error());
            i = close;
        } else if (c == u'}') {
            return bad(QStringLiteral("a } without its {"));
        } else {
            literal += c;
        }
    }
    result.addText(literal);
    return result;
}

/// Splits literal text at color tags; a tag that names no color stays text.
void LogFormat::addText(const QString &text)
{
    static const QRegularExpression tag(QStringLiteral("<(/?)([a-z]*)>"));
    qsizetype at = 0;
    const auto literal = [this](const QString &part) {
        if (!part.isEmpty())
            m_pieces.push_back(Piece{.token = Token::Literal, .text = part});
    };
    for (auto matches = tag.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const bool closes = !match.captured(1).isEmpty();
        const QString name = match.captured(2);
        if (!colorSequence(name) && !(closes && name.isEmpty()))
            continue;
        literal(text.mid(at, match.capturedStart() - at));
        m_pieces.push_back(Piece{.token = Token::Color, .text = closes ? QString() : name});
        at = match.capturedEnd();
    }
    literal(text.mid(at));
}

Result<void> LogFormat::addToken(const QString &inside)
{
    static const QHash<QString, Token> tokens{
        {QStringLiteral("time"), Token::Time}, {QStringLiteral("level"), Token::Level}, {QStringLiteral("level.name"), Token::Level},
        {QStringLiteral("level.no"), Token::LevelNumber}, {QStringLiteral("message"), Token::Message},
        {QStringLiteral("name"), Token::Name}, {QStringLiteral("function"), Token::Function}, {QStringLiteral("line"), Token::Line},
        {QStringLiteral("file"), Token::File}, {QStringLiteral("file.name"), Token::File}, {QStringLiteral("file.path"), Token::File},
        {QStringLiteral("module"), Token::Module}, {QStringLiteral("process"), Token::Process},
        {QStringLiteral("process.id"), Token::Process}, {QStringLiteral("process.name"), Token::Process},
        {QStringLiteral("thread"), Token::Thread}, {QStringLiteral("thread.id"), Token::Thread},
        {QStringLiteral("thread.name"), Token::Thread}, {QStringLiteral("elapsed"), Token::Elapsed},
        {QStringLiteral("exception"), Token::Literal}};
    const qsizetype colon = inside.indexOf(u':');
    const QString name = (colon < 0 ? inside : inside.left(colon)).trimmed();
    const QString spec = colon < 0 ? QString() : inside.mid(colon + 1);
    const auto token = tokens.constFind(name);
    if (token == tokens.cend())
        return failure(ErrorCode::InvalidSetting, QStringLiteral("{%1} is no token").arg(name));
    Piece piece{.token = *token, .text = QString()};
    if (piece.token == Token::Time)
        piece.text = spec.isEmpty() ? defaultTimePattern : spec;
    else if (!readSpec(spec, piece))
        return failure(ErrorCode::InvalidSetting, QStringLiteral("{%1} has an unknown alignment").arg(inside));
    m_pieces.push_back(piece);
    return {};
}

/// Python's format spec, as far as text needs it: [[fill]align][0][width][.precision][s|d]
bool LogFormat::readSpec(const QString &spec, Piece &piece)
{
    static const QRegularExpression form(QStringLiteral("^(?:(.)?([<>^]))?0?([0-9]{0,3})(?:\\.([0-9]{1,3}))?[sd]?$"));
    const QRegularExpressionMatch match = form.match(spec);
    if (!match.hasMatch())
        return false;
    if (!match.captured(1).isEmpty())
        piece.fill = match.captured(1).front();
    if (!match.captured(2).isEmpty())
        piece.align = match.captured(2).front();
    piece.width = match.captured(3).toInt();
    if (!match.captured(4).isEmpty())
        piece.precision = match.captured(4).toInt();
    return true;
}

QString LogFormat::value(const Piece &piece, const LogRecord &record)
{
    switch (piece.token) {
    case Token::Literal: return piece.text;
    case Token::Color: return {};
    case Token::Time: return timeText(record.time, piece.text);
    case Token::Level: return values::levelText(record.level);
    case Token::LevelNumber: return QString::number(levelNumber(record.level));
    case Token::Message:
        return oneLine(record.request.isEmpty() ? record.message : record.message + QStringLiteral(" [request %1]").arg(record.request));
    case Token::Name: return record.name;
    case Token::Function: return record.function;
    case Token::Line: return QString::number(record.line);
    case Token::File: return QFileInfo(record.file).fileName();
    case Token::Module: return QFileInfo(record.file).completeBaseName();
    case Token::Process: return QString::number(record.process);
    case Token::Thread: return QString::number(record.thread);
    case Token::Elapsed: return elapsedText(record.elapsed);
    }
    Q_UNREACHABLE();
}

QByteArray LogFormat::line(const LogRecord &record, Colors colors) const
{
    if (m_json)
        return jsonLine(record);
    QString text;
    for (const Piece &piece : m_pieces) {
        if (piece.token == Token::Color) {
            if (colors == Colors::Off)
                continue;
            const bool level = piece.text == u"level" || piece.text == u"lvl";
            text += QLatin1StringView(piece.text.isEmpty() ? "\x1b[0m" : level ? levelColor(record.level) : colorSequence(piece.text));
            continue;
        }
        QString part = value(piece, record);
        if (piece.precision >= 0)
            part.truncate(piece.precision);
        const qsizetype missing = std::max<qsizetype>(0, piece.width - part.size());
        const qsizetype left = piece.align == u'>' ? missing : piece.align == u'^' ? missing / 2 : 0;
        text += QString(left, piece.fill) + part + QString(missing - left, piece.fill);
    }
    return text.toUtf8() + '\n';
}

QByteArray LogFormat::jsonLine(const LogRecord &record)
{
    QJsonObject object{
        {QStringLiteral("time"), timeText(record.time, QStringLiteral("YYYY-MM-DDTHH:mm:ss.SSSSSSZ!UTC"))},
        {QStringLiteral("level"), values::levelText(record.level)},
        {QStringLiteral("name"), record.name},
        {QStringLiteral("message"), record.message}};
    if (!record.request.isEmpty())
        object.insert(QStringLiteral("request_id"), record.request);
    if (!record.file.isEmpty()) {
        object.insert(QStringLiteral("file"), QFileInfo(record.file).fileName());
        object.insert(QStringLiteral("line"), record.line);
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace trunkline
