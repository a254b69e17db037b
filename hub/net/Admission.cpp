// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Admission.h"

#include <QLoggingCategory>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcRefused, "trunkline.refused")

QByteArray rateText(const char *setting, const RateLimiter &rate)
{
    return QByteArray(setting) + '=' + QByteArray::number(rate.perSecond());
}

} // namespace

RateLimits::RateLimits(const Settings &settings, const Clock &clock)
    : requestsPerAddress(clock, settings.rateRequestsPerAddress, settings.rateBurst),
      requestsPerUser(clock, settings.rateRequestsPerUser, settings.rateBurst),
      messagesPerAddress(clock, settings.rateMessagesPerAddress, settings.rateBurst),
      messagesPerUser(clock, settings.rateMessagesPerUser, settings.rateBurst)
{
}

HttpRefusal tooManyRequests(const char *setting, const RateLimiter &rate, Clock::Duration wait)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return {429, "More requests a second than " + rateText(setting, rate) + " allows",
            "Retry-After: " + QByteArray::number(qint64(seconds)) + "\r\n"};
}

std::optional<QByteArray> tooManyMessages(RateLimits &rates, const QByteArray &remote, const QByteArray &user)
{
    const auto text = [](const char *setting, const RateLimiter &rate) -> QByteArray {
        return "More messages a second than " + rateText(setting, rate) + " allows";
    };
    if (rates.messagesPerUser.isOn() && !user.isEmpty() && rates.messagesPerUser.take(user))
        return text("RATE_MESSAGES_PER_USER", rates.messagesPerUser);
    if (rates.messagesPerAddress.isOn() && rates.messagesPerAddress.take(senderOf(remote)))
        return text("RATE_MESSAGES_PER_ADDRESS", rates.messagesPerAddress);
    return std::nullopt;
}

void noteRefusal(RefusalLog &log, QByteArrayView remote, int code, QByteArrayView reason)
{
    const RefusalLog::Worth worth = log.note(remote, code, reason);
    if (worth == RefusalLog::Worth::Nothing)
        return;
    qCWarning(lcRefused, "%s refused with %d: %s%s", remote.toByteArray().constData(), code, reason.toByteArray().constData(),
              worth == RefusalLog::Worth::LastLine ? " (more are counted, and not logged for a while)" : "");
}

AddressCounts::Place::Place(std::shared_ptr<AddressCounts> counts, QByteArray sender)
    : m_counts(std::move(counts)), m_sender(std::move(sender))
{
    ++m_counts->m_counts[m_sender];
}

AddressCounts::Place::~Place()
{
    const auto entry = m_counts->m_counts.find(m_sender);
    if (--entry->second == 0)
        m_counts->m_counts.erase(entry);
}

int AddressCounts::Place::count() const { return m_counts->m_counts.at(m_sender); }

} // namespace trunkline
