// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>

#include <utility>

#if defined(__SANITIZE_THREAD__)
#define TRUNKLINE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TRUNKLINE_THREAD_SANITIZER 1
#endif
#endif

#ifdef TRUNKLINE_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

/// Calls that one thread hands to another through Qt's event queue. The queue's lock orders both sides, but Debian's Qt is not
/// instrumented, so ThreadSanitizer cannot see it: in its builds a call says so itself. In all others this costs nothing.
namespace trunkline {

#ifdef TRUNKLINE_THREAD_SANITIZER

namespace handover {
inline char place = 0;
inline void release() { __tsan_release(&place); }
inline void acquire() { __tsan_acquire(&place); }
} // namespace handover

/// A call with what it captured. Whoever runs or destroys it comes after whoever wrote it.
template <typename Call>
class HandedOver
{
public:
    explicit HandedOver(Call call) : m_call(std::move(call)) { handover::release(); }
    HandedOver(const HandedOver &other) : m_call((handover::acquire(), other.m_call)) { handover::release(); }
    HandedOver(HandedOver &&other) noexcept : m_call((handover::acquire(), std::move(other.m_call))) { handover::release(); }
    HandedOver &operator=(const HandedOver &) = delete;
    HandedOver &operator=(HandedOver &&) = delete;
    ~HandedOver() { handover::acquire(); }
    void operator()()
    {
        handover::acquire();
        m_call();
        handover::release();
    }

private:
    Call m_call;
};

template <typename Call>
[[nodiscard]] HandedOver<Call> handedOver(Call call) { return HandedOver<Call>(std::move(call)); }

#else

namespace handover {
inline void acquire() {}
} // namespace handover

template <typename Call>
[[nodiscard]] Call handedOver(Call call) { return call; }

#endif

/// Runs `call` in the thread of `receiver`, later; not at all when `receiver` is gone by then. Any thread.
template <typename Call>
void callLater(QObject *receiver, Call call)
{
    QMetaObject::invokeMethod(receiver, handedOver(std::move(call)), Qt::QueuedConnection);
}

/// Runs `call` in the thread of `receiver`, which is another one and has an event loop, and returns when it is done.
template <typename Call>
void callThere(QObject *receiver, Call call)
{
    QMetaObject::invokeMethod(receiver, handedOver(std::move(call)), Qt::BlockingQueuedConnection);
    handover::acquire();
}

} // namespace trunkline
