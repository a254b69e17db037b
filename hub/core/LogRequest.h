// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace trunkline {

/// While it lives, what its thread logs is about that request: LogFormat adds the id. Nests.
class LogRequest final
{
public:
    /// `id` must live as long; empty: about none.
    explicit LogRequest(QByteArrayView id) : m_before(s_current) { s_current = id; }
    ~LogRequest() { s_current = m_before; }
    Q_DISABLE_COPY_MOVE(LogRequest)

    /// The id of the request that this thread logs about; empty: none.
    [[nodiscard]] static QByteArrayView current() { return s_current; }

private:
    static inline thread_local QByteArrayView s_current{};
    const QByteArrayView m_before;
};

} // namespace trunkline
