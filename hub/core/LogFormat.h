// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <vector>

namespace trunkline {

/// One thing that was said to the log.
struct LogRecord
{
    using Microseconds = std::chrono::microseconds;

    Microseconds time{0};           ///< since 1970-01-01 UTC
    Microseconds elapsed{0};        ///< since the program started
    LogLevel level = LogLevel::Info;
    QString name;                   ///< logging category
    QString message;
    QString file;
    QString function;
    int line = 0;
    qint64 process = 0;
    quint64 thread = 0;
    QString request;                ///< id of the HTTP request that it is about; empty: none
};

/// Turns records into lines. Formats are loguru's, or the word json. A request's id follows the message in `[]`, in JSON as `request_id`. Immutable: any thread may use it.
class LogFormat final
{
public:
    enum class Colors { Off, On };

    /// InvalidSetting: braces that do not match, or a token that is not known.
    static Result<LogFormat> parse(const QString &format);

    /// One line in UTF-8 with its line feed. Control characters of the message are escaped, so that it stays one line.
    [[nodiscard]] QByteArray line(const LogRecord &record, Colors colors = Colors::Off) const;

    /// `time` by loguru's pattern, in UTC when the pattern ends with !UTC, else in local time.
    [[nodiscard]] static QString timeText(std::chrono::microseconds time, const QString &pattern);

private:
    enum class Token { Literal, Color, Time, Level, LevelNumber, Message, Name, Function, Line, File, Module, Process, Thread, Elapsed };
    struct Piece
    {
        Token token = Token::Literal;
        QString text;               ///< literal text, time pattern or color name
        QChar fill = u' ';
        QChar align = u'<';
        qsizetype width = 0;
        qsizetype precision = -1;   ///< most characters; -1: all
    };

    Result<void> addToken(const QString &inside);
    static bool readSpec(const QString &spec, Piece &piece);
    void addText(const QString &text);
    [[nodiscard]] static QString value(const Piece &piece, const LogRecord &record);
    [[nodiscard]] static QByteArray jsonLine(const LogRecord &record);

    bool m_json = false;
    std::vector<Piece> m_pieces;
};

} // namespace trunkline
