// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QSslConfiguration>

namespace trunkline {

/// What a TLS server on the PEM files of `TLS_CERT` (with its chain) and `TLS_KEY` needs: TLS 1.2 or later, no client certificate.
/// BadCertificate names the setting, the file and what is wrong: unreadable, no PEM, a key of another certificate.
[[nodiscard]] Result<QSslConfiguration> loadTlsFiles(const QString &certificatePath, const QString &keyPath);

} // namespace trunkline
