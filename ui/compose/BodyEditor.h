// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QPlainTextEdit>

namespace trunkline {

/// Where the JSON of a message is written: colored, indented, with the place of a mistake underlined. A pasted curl command is
/// handed on instead of being inserted.
class BodyEditor final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit BodyEditor(const Theme &theme, QWidget *parent = nullptr);

    /// Underlines the character at a byte of the text as UTF-8; -1: nothing.
    void markMistake(qsizetype byteOffset);
    /// Puts the cursor there.
    void goToMistake();
    [[nodiscard]] qsizetype mistake() const { return m_mistake; }   ///< UTF-16 code units; -1: none

Q_SIGNALS:
    void curlPasted(const QString &command);
    void sendWanted();          ///< Ctrl+Enter

protected:
    void insertFromMimeData(const QMimeData *source) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void refreshTheme();
    void breakLine();

    const Theme &m_theme;
    qsizetype m_mistake = -1;
};

} // namespace trunkline
