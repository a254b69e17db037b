// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>

#include <functional>
#include <utility>
#include <unordered_map>

namespace trunkline {

/// Who sends HTTP requests: one entry for each address and User-Agent. Kept only while somebody watches; connections count
/// into the entry that they found with their first request since then. Not thread-safe; lives on the hub's thread.
class UpstreamTable
{
public:
    static constexpr std::size_t kMaxEntries = 1'000;

    struct Entry
    {
        quint64 requests = 0;
        int connections = 0;        ///< those that hold this entry
    };

    /// The entry of a new connection; stays valid until leave(). Null when the table is full of those that are in use.
    [[nodiscard]] Entry *enter(QByteArrayView address, QByteArrayView agent);
    /// The connection of this entry is gone.
    static void leave(Entry &entry) { --entry.connections; }
    void forEach(const std::function<void(const QByteArray &address, const QByteArray &agent, const Entry &entry)> &visit) const;
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    using Key = std::pair<QByteArray, QByteArray>;
    struct Hash
    {
        std::size_t operator()(const Key &key) const noexcept { return qHashMulti(0, key.first, key.second); }
    };
    void dropIdle();

    std::unordered_map<Key, Entry, Hash> m_entries;
};

/// `address` of `address:port`, an IPv6 address with its brackets.
[[nodiscard]] QByteArrayView addressOfPeer(QByteArrayView peer);
/// The first product of a User-Agent (RFC 9110 §10.1.5), `curl/7.88.1`; at most 64 bytes, empty when there is none.
[[nodiscard]] QByteArrayView productOf(QByteArrayView userAgent);

} // namespace trunkline
