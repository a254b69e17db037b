// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QByteArray>
#include <QStringList>

namespace trunkline {

/// A certificate and its private key, both in PEM.
struct SelfSignedPair
{
    QByteArray certificate;
    QByteArray key;
};

/// A self-signed server certificate (X.509 v3, P-256, SHA-256) for `names`, which are host names and IP addresses, valid from an
/// hour ago for `days` (1 to 3650). It is its own authority and may sign nothing else. BadCertificate when OpenSSL refuses, or when
/// this program was built without it.
[[nodiscard]] Result<SelfSignedPair> makeSelfSigned(const QStringList &names, int days);

} // namespace trunkline
