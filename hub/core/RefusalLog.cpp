// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RefusalLog.h"

#include "hub/core/Endpoint.h"
#include "hub/core/UpstreamTable.h"

namespace trunkline {

bool RefusalLog::isRefusal(int status)
{
    switch (status) {
    case 401: case 403: case 408: case 413: case 414: case 421: case 429: case 431: case 503:
        return true;
    default:
        return false;
    }
}

void RefusalLog::count(int code)
{
    switch (code) {
    case 401: ++m_metrics.refusedUnauthorized; break;
    case 403: ++m_metrics.refusedForbidden; break;
    case 408: ++m_metrics.refusedSlow; break;
    case 413: case 414: case 431: ++m_metrics.refusedTooLarge; break;
    case 421: ++m_metrics.refusedHosts; break;
    case 429: case int(CloseCode::PolicyViolated): ++m_metrics.refusedRates; break;
    case 503: ++m_metrics.refusedBusy; break;
    case int(CloseCode::TokenExpired): ++m_metrics.tokensExpired; break;
    default: break;
    }
}

RefusalLog::Worth RefusalLog::note(QByteArrayView remote, int code, QByteArrayView reason)
{
    count(code);
    const auto now = m_clock.wall();
    const QByteArrayView address = addressOfPeer(remote);
    std::size_t depth = 0;
    for (auto entry = m_recent.rbegin(); entry != m_recent.rend() && depth < kMergeDepth; ++entry, ++depth) {
        if (entry->code == code && addressOfPeer(entry->remote) == address && entry->reason == reason && now - entry->at < kMergeTime) {
            ++entry->count;
            entry->at = now;
            entry->remote = remote.toByteArray();
            return Worth::Nothing;
        }
    }
    m_recent.push_back({++m_lastNumber, now, remote.toByteArray(), code, reason.toByteArray(), 1});
    if (m_recent.size() > kMaxEntries)
        m_recent.pop_front();
    return worthOfLine(now);
}

RefusalLog::Worth RefusalLog::worthOfLine(std::chrono::milliseconds now)
{
    // A civil clock that was set back begins a new while, too.
    if (m_lines == 0 || now < m_linesSince || now - m_linesSince >= kMergeTime) {
        m_linesSince = now;
        m_lines = 0;
    }
    if (m_lines > kMaxLinesInMergeTime)
        return Worth::Nothing;
    return ++m_lines > kMaxLinesInMergeTime ? Worth::LastLine : Worth::Line;
}

} // namespace trunkline
