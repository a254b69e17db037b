// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/RedisLink.h"

#include <QSslConfiguration>
#include <QSslSocket>

#include <hiredis/hiredis.h>

#include <cstdlib>
#include <vector>

namespace trunkline {

namespace {

constexpr qsizetype kReadBytes = 64 * 1024;
/// hiredis gives an emptied read buffer of more than this back; ours comes in pieces of kReadBytes.
constexpr std::size_t kIdleReaderBytes = 256 * 1024;

} // namespace

bool RedisReply::isError() const { return m_reply->type == REDIS_REPLY_ERROR; }
bool RedisReply::isNull() const { return m_reply->type == REDIS_REPLY_NIL; }
qint64 RedisReply::integer() const { return m_reply->type == REDIS_REPLY_INTEGER ? m_reply->integer : 0; }

QByteArrayView RedisReply::text() const
{
    switch (m_reply->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR: return {m_reply->str, qsizetype(m_reply->len)};
    default: return {};
    }
}

std::size_t RedisReply::size() const { return m_reply->type == REDIS_REPLY_ARRAY ? m_reply->elements : 0; }
RedisReply RedisReply::at(std::size_t index) const { return RedisReply(m_reply->element[index]); }

void RedisLink::ReaderDeleter::operator()(redisReader *reader) const { redisReaderFree(reader); }

RedisLink::RedisLink(const RedisUrl &url, const QString &certificates, const QByteArray &clientName, const Clock &clock,
                     TurnWriter &turn)
    : m_url(url), m_certificates(certificates), m_clientName(clientName), m_clock(clock), m_turn(turn), m_scratch(kReadBytes, '\0')
{
}

RedisLink::~RedisLink() { close(); }

void RedisLink::open()
{
    close();
    m_opening = m_clock.now();
    m_reader.reset(redisReaderCreate());
    m_reader->maxbuf = kIdleReaderBytes;
    // A plain one where nothing is encrypted: what is written to that leaves in one system call.
    QSslSocket *encrypted = m_url.secure ? new QSslSocket : nullptr;
    m_socket.reset(encrypted ? encrypted : new QTcpSocket);
    connect(m_socket.get(), &QTcpSocket::readyRead, this, &RedisLink::read);
    connect(m_socket.get(), &QTcpSocket::disconnected, this, [this] { fail(QStringLiteral("Redis closed the connection")); });
    connect(m_socket.get(), &QTcpSocket::errorOccurred, this, [this] { fail(m_socket->errorString()); });
    if (!encrypted) {
        connect(m_socket.get(), &QTcpSocket::connected, this, &RedisLink::onConnected);
        return m_socket->connectToHost(m_url.host, m_url.port);
    }
    connect(encrypted, &QSslSocket::encrypted, this, &RedisLink::onConnected);
    if (!m_certificates.isEmpty()) {
        QSslConfiguration configuration = encrypted->sslConfiguration();
        configuration.setCaCertificates(QSslCertificate::fromPath(m_certificates));
        encrypted->setSslConfiguration(configuration);
    }
    encrypted->connectToHostEncrypted(m_url.host, m_url.port);
}

/// Forgets the connection; gives its socket, whose signals are not heard any more.
QTcpSocket *RedisLink::letGo()
{
    m_ready = false;
    m_pending.clear();
    m_out.reset();
    m_reader.reset();
    QTcpSocket *socket = m_socket.release();
    if (socket)
        socket->disconnect(this);
    return socket;
}

void RedisLink::close()
{
    if (QTcpSocket *socket = letGo()) {
        socket->abort();
        socket->deleteLater();      // close() may be called from within its signal
    }
}

void RedisLink::closeGently()
{
    flush();
    QTcpSocket *socket = letGo();
    if (!socket)
        return;
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    if (socket->state() == QAbstractSocket::ConnectedState)
        socket->disconnectFromHost();
    else
        socket->deleteLater();
}

void RedisLink::onConnected()
{
    // Before there is a connection Qt forgets these.
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    m_out.emplace(m_turn, *m_socket);
    introduce();
}

/// AUTH, SELECT and CLIENT SETNAME; the answer to the last one says that all is well.
void RedisLink::introduce()
{
    const auto check = [this](const RedisReply &reply) {
        if (reply.isError())
            fail(QString::fromUtf8(reply.text()));
    };
    if (!m_url.password.isEmpty() && m_url.user.isEmpty())
        command({"AUTH", m_url.password}, check);
    else if (!m_url.password.isEmpty())
        command({"AUTH", m_url.user, m_url.password}, check);
    if (m_url.database != 0)
        command({"SELECT", QByteArray::number(m_url.database)}, check);
    // An ACL need not allow CLIENT; PING tells whether commands are taken at all.
    command({"CLIENT", "SETNAME", m_clientName});
    m_maySkip = false;
    command({"CLIENT", "REPLY", "ON"}, [this](const RedisReply &reply) { m_maySkip = !reply.isError(); });
    command({"PING"}, [this](const RedisReply &reply) {
        if (reply.isError())
            return fail(QString::fromUtf8(reply.text()));
        m_ready = true;
        Q_EMIT opened();
    });
}

void RedisLink::command(std::initializer_list<QByteArrayView> words, Callback callback)
{
    write(words.begin(), words.size());
    if (m_out)
        m_pending.push_back({std::move(callback), m_clock.now()});
}

void RedisLink::command(const std::vector<QByteArrayView> &words, Callback callback)
{
    write(words.data(), words.size());
    if (m_out)
        m_pending.push_back({std::move(callback), m_clock.now()});
}

void RedisLink::notify(std::initializer_list<QByteArrayView> words)
{
    if (!m_maySkip)
        return command(words);
    static const QByteArray skip("*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n");
    if (m_out)
        m_out->write(skip);
    write(words.begin(), words.size());
}

void RedisLink::subscribe(const std::vector<QByteArrayView> &words) { write(words.data(), words.size()); }

void RedisLink::write(const QByteArrayView *words, std::size_t count)
{
    if (!m_out)
        return;
    std::vector<const char *> texts(count);
    std::vector<std::size_t> lengths(count);
    for (std::size_t i = 0; i < count; ++i) {
        texts[i] = words[i].data();
        lengths[i] = std::size_t(words[i].size());
    }
    char *bytes = nullptr;
    const int size = redisFormatCommandArgv(&bytes, int(count), texts.data(), lengths.data());
    if (size < 0)
        return fail(QStringLiteral("out of memory"));
    m_out->write(QByteArray(bytes, size));
    redisFreeCommand(bytes);
}

void RedisLink::flush()
{
    if (m_out)
        m_out->flush();
}

Clock::Duration RedisLink::waiting() const
{
    if (!m_socket)
        return {};
    if (!m_out)
        return m_clock.now() - m_opening;
    return m_pending.empty() ? Clock::Duration{} : m_clock.now() - std::max(m_pending.front().sent, m_heard);
}

void RedisLink::read()
{
    m_heard = m_clock.now();
    while (m_socket && m_socket->bytesAvailable() > 0) {
        const qint64 size = m_socket->read(m_scratch.data(), m_scratch.size());
        if (size <= 0)
            return;
        if (redisReaderFeed(m_reader.get(), m_scratch.constData(), std::size_t(size)) != REDIS_OK)
            return fail(QString::fromUtf8(m_reader->errstr));
        while (m_reader) {
            void *reply = nullptr;
            if (redisReaderGetReply(m_reader.get(), &reply) != REDIS_OK)
                return fail(QStringLiteral("Redis does not speak RESP: ") + QString::fromUtf8(m_reader->errstr));
            if (!reply)
                break;
            take(RedisReply(static_cast<const redisReply *>(reply)));
            freeReplyObject(reply);
        }
    }
}

void RedisLink::take(const RedisReply &reply)
{
    if (m_listener && reply.size() > 1 && m_ready) {
        m_listener(reply.at(0).text(), reply);
        return;
    }
    if (m_pending.empty())
        return;
    const Callback callback = std::move(m_pending.front().callback);
    m_pending.pop_front();
    if (callback)
        callback(reply);
}

void RedisLink::fail(const QString &reason)
{
    if (!m_socket)
        return;
    close();
    Q_EMIT lost(reason);
}

} // namespace trunkline
