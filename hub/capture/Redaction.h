// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/Capture.h"

namespace trunkline {

/// What a masked value becomes.
inline constexpr char kMasked[] = "\"***\"";

/// Masks values in JSON texts: those at the given paths (`data.token`, `*.password`: any member of that name at any
/// depth), and, when asked for, what looks like a secret. All other bytes stay as they are. Plain class.
class Redaction final
{
public:
    enum class Secrets { Keep, Mask };
    explicit Redaction(QByteArrayList paths, Secrets secrets = Secrets::Keep) : m_paths(std::move(paths)), m_secrets(secrets) { }

    /// A text that is not JSON is kept, or masked as a whole when it holds something shaped like a secret.
    [[nodiscard]] QByteArray apply(const QByteArray &text) const;
    /// Masks the whole capture and notes it in its header.
    void apply(Capture &capture) const;
    /// How many values have been masked, and where.
    struct Finding
    {
        QByteArray path;
        int count = 0;
    };
    [[nodiscard]] const std::vector<Finding> &findings() const { return m_findings; }

private:
    void note(const QByteArray &path) const;
    QByteArrayList m_paths;
    Secrets m_secrets;
    mutable std::vector<Finding> m_findings;
};

/// Whether `text` is shaped like a JSON Web Token or a bearer token.
[[nodiscard]] bool looksSecret(QByteArrayView text);
/// Whether a member of that name usually holds one: token, password, cookie, authorization …
[[nodiscard]] bool isSecretName(QByteArrayView name);

} // namespace trunkline
