// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <span>

/// The fields of the filter language: one table for the parser, the completion and the help.
namespace trunkline::filter {

enum class Field : quint8 {
    User, Named, Correlation, Session, Kind, State, Direction, Leg, Owner, Mention, Text,
    Size, Latency, Gap, Chunks, Late, Ping, Queue, From, Agent, Number,
    Any,    ///< a plain word
    Json    ///< a path into the payload
};

enum class FieldType : quint8 {
    Name,       ///< compared as a whole
    Content,    ///< searched
    Word,       ///< one of a few words
    Count, Duration, Bytes
};

/// The two things that a filter looks at.
enum class Record : quint8 { Entry, Exchange };

/// What states and statuses are called; bits, because a record may be several of them.
enum State : quint32 {
    StateOk = 1u << 0, StateStreaming = 1u << 1, StateLate = 1u << 2, StateOrphan = 1u << 3, StateRefused = 1u << 4,
    StateMalformed = 1u << 5, StateTimeout = 1u << 6, StateNotConnected = 1u << 7, StateDisconnected = 1u << 8,
    StateShutdown = 1u << 9, StateOverflow = 1u << 10, StateCancelled = 1u << 11, StateDuplicate = 1u << 12, StateFailed = 1u << 13,
    StateDropped = 1u << 14,
    StateQueued = 1u << 16, StateReplayed = 1u << 17, StateGap = 1u << 18, StateExpired = 1u << 19
};

/// A word that a field of type Word takes; several words may mean the same bit.
struct FieldWord
{
    const char *word;
    quint32 bit;
};

struct FieldInfo
{
    Field field;
    const char *name;
    const char *aliases;            ///< separated by spaces
    FieldType type;
    bool ofEntries;
    bool ofExchanges;
    const char *help;               ///< English; translate in the context "Filter"
    const char *example;
    std::span<const FieldWord> words{};
};

/// All fields that have a name, in the order in which help shows them.
[[nodiscard]] std::span<const FieldInfo> fields();
/// By name or alias, ignoring case; null when there is none.
[[nodiscard]] const FieldInfo *findField(QStringView name);
[[nodiscard]] const FieldInfo *infoOf(Field field);
/// Names and aliases, for suggestions.
[[nodiscard]] QStringList fieldNames();
[[nodiscard]] QStringList wordsOf(const FieldInfo &field);

} // namespace trunkline::filter
