// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/TlsFiles.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

#ifdef TRUNKLINE_HAS_OPENSSL
#  include <openssl/err.h>
#  include <openssl/pem.h>
#  include <openssl/x509.h>

#  include <memory>
#endif

namespace trunkline {

namespace {

constexpr qint64 kMaxFileBytes = 1024 * 1024;

Result<QByteArray> readFile(const char *setting, const QString &path)
{
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
        return file.read(kMaxFileBytes);
    return failure(ErrorCode::BadCertificate,
                   QStringLiteral("%1: cannot read %2: %3").arg(QString::fromLatin1(setting), path, file.errorString()));
}

/// False when the key is certainly that of another certificate.
bool belongTogether(const QByteArray &certificatePem, const QSslKey &key)
{
#ifdef TRUNKLINE_HAS_OPENSSL
    const auto memory = [](const QByteArray &bytes) {
        return std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new_mem_buf(bytes.constData(), int(bytes.size())), &BIO_free);
    };
    const QByteArray keyPem = key.toPem();
    const auto certificateBytes = memory(certificatePem);
    const auto keyBytes = memory(keyPem);
    const std::unique_ptr<X509, decltype(&X509_free)> leaf(PEM_read_bio_X509(certificateBytes.get(), nullptr, nullptr, nullptr), &X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> secret(
        PEM_read_bio_PrivateKey(keyBytes.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const bool differ = leaf && secret && X509_check_private_key(leaf.get(), secret.get()) != 1;
    ERR_clear_error();      // not to be taken for the error of a socket on this thread
    return !differ;
#else
    (void)certificatePem;
    (void)key;
    return true;
#endif
}

} // namespace

Result<QSslConfiguration> loadTlsFiles(const QString &certificatePath, const QString &keyPath)
{
    const auto certificatePem = readFile("TLS_CERT", certificatePath);
    if (!certificatePem)
        return tl::unexpected(certificatePem.error());
    const auto keyPem = readFile("TLS_KEY", keyPath);
    if (!keyPem)
        return tl::unexpected(keyPem.error());
    const auto unusable = [](const char *setting, const QString &path, const char *what) {
        return failure(ErrorCode::BadCertificate,
                       QStringLiteral("%1: %2 holds no usable PEM %3").arg(QString::fromLatin1(setting), path, QString::fromLatin1(what)));
    };
    const QList<QSslCertificate> chain = QSslCertificate::fromData(*certificatePem);
    if (chain.isEmpty())
        return unusable("TLS_CERT", certificatePath, "certificate");
    QSslKey key(*keyPem, QSsl::Rsa);
    if (key.isNull())
        key = QSslKey(*keyPem, QSsl::Ec);
    if (key.isNull())
        return unusable("TLS_KEY", keyPath, "key");
    if (!belongTogether(*certificatePem, key))
        return failure(ErrorCode::BadCertificate,
                       QStringLiteral("TLS_KEY: %1 is not the key of the certificate in %2").arg(keyPath, certificatePath));
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(chain);
    tls.setPrivateKey(key);
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    return tls;
}

} // namespace trunkline
