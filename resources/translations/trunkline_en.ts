<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>trunkline::BenchRoom</name>
    <message numerus="yes">
        <source>Recording %1: %2, %n messages</source>
        <translation>
            <numerusform>Recording %1: %2, %n message</numerusform>
            <numerusform>Recording %1: %2, %n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Faults are on: %n rules meddle with messages on purpose.</source>
        <translation>
            <numerusform>Faults are on: %n rule meddles with messages on purpose.</numerusform>
            <numerusform>Faults are on: %n rules meddle with messages on purpose.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stream %1 %n findings</source>
        <translation>
            <numerusform>Stream %1 %n finding</numerusform>
            <numerusform>Stream %1 %n findings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::CapsuleDialog</name>
    <message numerus="yes">
        <source>in %n messages</source>
        <translation>
            <numerusform>in %n message</numerusform>
            <numerusform>in %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::CloseQuestion</name>
    <message numerus="yes">
        <source>%n clients are connected and would be cut off.</source>
        <translation>
            <numerusform>%n client is connected and would be cut off.</numerusform>
            <numerusform>%n clients are connected and would be cut off.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::DetailPane</name>
    <message numerus="yes">
        <source>%n chunks</source>
        <translation>
            <numerusform>%n chunk</numerusform>
            <numerusform>%n chunks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n more behind it</source>
        <translation>
            <numerusform>%1, %n more behind it</numerusform>
            <numerusform>%1, %n more behind it</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::DiffView</name>
    <message numerus="yes">
        <source>%n lines differ</source>
        <translation>
            <numerusform>%n line differs</numerusform>
            <numerusform>%n lines differ</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::ExchangeModel</name>
    <message numerus="yes">
        <source>%n chunks in %1</source>
        <translation>
            <numerusform>%n chunk in %1</numerusform>
            <numerusform>%n chunks in %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::FaultsPage</name>
    <message numerus="yes">
        <source>ON: %n rules</source>
        <translation>
            <numerusform>ON: %n rule</numerusform>
            <numerusform>ON: %n rules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::MetricsPage</name>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::ScenariosPage</name>
    <message numerus="yes">
        <source>%n scenarios</source>
        <translation>
            <numerusform>%n scenario</numerusform>
            <numerusform>%n scenarios</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::SessionModel</name>
    <message numerus="yes">
        <source>%1
%2 requests, %n connections</source>
        <translation>
            <numerusform>%1
%2 requests, %n connection</numerusform>
            <numerusform>%1
%2 requests, %n connections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages wait for it</source>
        <translation>
            <numerusform>%n message waits for it</numerusform>
            <numerusform>%n messages wait for it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages in its history</source>
        <translation>
            <numerusform>%n message in its history</numerusform>
            <numerusform>%n messages in its history</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, away, %n messages wait</source>
        <translation>
            <numerusform>%1, away, %n message waits</numerusform>
            <numerusform>%1, away, %n messages wait</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1
%n messages wait, the oldest for %2</source>
        <translation>
            <numerusform>%1
%n message waits, for %2</numerusform>
            <numerusform>%1
%n messages wait, the oldest for %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::SessionsPanel</name>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n user</numerusform>
            <numerusform>%n users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n public accounts</source>
        <translation>
            <numerusform>%n public account</numerusform>
            <numerusform>%n public accounts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upstreams</source>
        <translation>
            <numerusform>%n upstream</numerusform>
            <numerusform>%n upstreams</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users are away and messages wait</source>
        <translation>
            <numerusform>%n user is away and messages wait</numerusform>
            <numerusform>%n users are away and messages wait</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::StatusStrip</name>
    <message numerus="yes">
        <source>%n hubs</source>
        <translation>
            <numerusform>%n hub</numerusform>
            <numerusform>%n hubs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>sessions</source>
        <comment>behind their number</comment>
        <translation>
            <numerusform>session</numerusform>
            <numerusform>sessions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::TrayIcon</name>
    <message numerus="yes">
        <source>%n clients</source>
        <translation>
            <numerusform>%n client</numerusform>
            <numerusform>%n clients</numerusform>
        </translation>
    </message>
</context>
</TS>
