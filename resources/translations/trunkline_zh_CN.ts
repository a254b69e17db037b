<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CopyAs</name>
    <message>
        <source>bash (curl)</source>
        <translation>bash (curl)</translation>
    </message>
    <message>
        <source>PowerShell</source>
        <translation>PowerShell</translation>
    </message>
    <message>
        <source>Python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>JavaScript (fetch)</source>
        <translation>JavaScript (fetch)</translation>
    </message>
    <message>
        <source>trunkline</source>
        <translation>trunkline</translation>
    </message>
</context>
<context>
    <name>CurlCommand</name>
    <message>
        <source>A quote %1 is not closed</source>
        <translation>引号 %1 没有闭合</translation>
    </message>
    <message>
        <source>That is no curl command</source>
        <translation>这不是 curl 命令</translation>
    </message>
    <message>
        <source>%1 cannot be sent from here; the hub takes JSON</source>
        <translation>无法从这里发送 %1：中枢只接收 JSON</translation>
    </message>
    <message>
        <source>A value is missing behind %1</source>
        <translation>%1 后面缺少值</translation>
    </message>
    <message>
        <source>The body is in the file %1: paste its text instead</source>
        <translation>正文在文件 %1 中：请改为粘贴其内容</translation>
    </message>
    <message>
        <source>The command sends no body</source>
        <translation>该命令没有发送正文</translation>
    </message>
</context>
<context>
    <name>Draft</name>
    <message>
        <source>A message is an object: {&quot;user_id&quot;: …, &quot;data&quot;: {…}}</source>
        <translation>消息是一个对象：{&quot;user_id&quot;: …, &quot;data&quot;: {…}}</translation>
    </message>
    <message>
        <source>“user_id” is missing</source>
        <translation>缺少“user_id”</translation>
    </message>
    <message>
        <source>“user_id” must be a string</source>
        <translation>“user_id”必须是字符串</translation>
    </message>
    <message>
        <source>“user_id” is empty</source>
        <translation>“user_id”为空</translation>
    </message>
    <message>
        <source>“data” is missing</source>
        <translation>缺少“data”</translation>
    </message>
    <message>
        <source>“data” must be an object</source>
        <translation>“data”必须是对象</translation>
    </message>
    <message>
        <source>Push</source>
        <translation>推送</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批量</translation>
    </message>
    <message>
        <source>Write a message, or take a template</source>
        <translation>写一条消息，或选用模板</translation>
    </message>
    <message>
        <source>An array of messages is a batch</source>
        <translation>消息数组即为批量</translation>
    </message>
    <message>
        <source>A batch is an array of messages: [{…}, {…}]</source>
        <translation>批量是消息数组：[{…}, {…}]</translation>
    </message>
    <message>
        <source>Message %1: </source>
        <translation>第 %1 条消息：</translation>
    </message>
    <message>
        <source>An empty batch delivers nothing</source>
        <translation>空批量不会投递任何内容</translation>
    </message>
    <message>
        <source>1 message</source>
        <translation>1 条消息</translation>
    </message>
    <message>
        <source>%1 messages</source>
        <translation>%1 条消息</translation>
    </message>
    <message>
        <source>Ask and wait for the stream</source>
        <translation>提问并等待回复流</translation>
    </message>
    <message>
        <source>Tell one user</source>
        <translation>通知一个用户</translation>
    </message>
    <message>
        <source>Mention a public account</source>
        <translation>提及一个公共账号</translation>
    </message>
    <message>
        <source>With event type, id and time</source>
        <translation>带事件类型、编号和时间</translation>
    </message>
    <message>
        <source>With a correlation id of your own</source>
        <translation>带自定的关联编号</translation>
    </message>
    <message>
        <source>Two messages at once</source>
        <translation>一次两条消息</translation>
    </message>
    <message>
        <source>A broadcast names its receivers in “users” or “prefix”</source>
        <translation>广播用“users”或“prefix”指定接收者</translation>
    </message>
    <message>
        <source>“users” must be an array of strings</source>
        <translation>“users”必须是字符串数组</translation>
    </message>
    <message>
        <source>“prefix” must be a string</source>
        <translation>“prefix”必须是字符串</translation>
    </message>
    <message>
        <source>Give “users” or “prefix”, not both</source>
        <translation>“users”与“prefix”只能给出一个</translation>
    </message>
    <message>
        <source>To everybody who is connected</source>
        <translation>发给所有已连接的用户</translation>
    </message>
    <message>
        <source>To all whose name begins with it</source>
        <translation>发给名称以此开头的所有用户</translation>
    </message>
    <message>
        <source>An empty “users” reaches nobody</source>
        <translation>空的“users”无人收到</translation>
    </message>
    <message>
        <source>To 1 user</source>
        <translation>发给 1 个用户</translation>
    </message>
    <message>
        <source>To %1 users</source>
        <translation>发给 %1 个用户</translation>
    </message>
    <message>
        <source>Broadcast</source>
        <translation>广播</translation>
    </message>
    <message>
        <source>Tell everybody</source>
        <translation>通知所有人</translation>
    </message>
    <message>
        <source>Tell a group</source>
        <translation>通知一个组</translation>
    </message>
</context>
<context>
    <name>EntryWords</name>
    <message>
        <source>push</source>
        <translation>推送</translation>
    </message>
    <message>
        <source>request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>disconnect</source>
        <translation>断开</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>in</source>
        <translation>入</translation>
    </message>
    <message>
        <source>out</source>
        <translation>出</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>late</source>
        <translation>迟到</translation>
    </message>
    <message>
        <source>orphan</source>
        <translation>无主</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>malformed</source>
        <translation>格式错误</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>disconnected</source>
        <translation>已断开</translation>
    </message>
    <message>
        <source>shut down</source>
        <translation>已停机</translation>
    </message>
    <message>
        <source>overflow</source>
        <translation>溢出</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>upstream</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>hub</source>
        <translation>中枢</translation>
    </message>
    <message>
        <source>ack</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>broadcast</source>
        <translation>广播</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>丢失</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>已排队</translation>
    </message>
    <message>
        <source>replayed</source>
        <translation>已重放</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>缺口</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>%1 did not acknowledge it in time.</source>
        <translation>%1 没有及时确认。</translation>
    </message>
    <message>
        <source>%1 acknowledged it.</source>
        <translation>%1 已确认。</translation>
    </message>
    <message>
        <source>Nobody was connected as %1, so it was not delivered.</source>
        <translation>没有人以 %1 连接，因此未送达。</translation>
    </message>
    <message>
        <source>Nobody was connected as %1: it is kept until somebody is.</source>
        <translation>没有人以 %1 连接：消息会保留到有人连接为止。</translation>
    </message>
    <message>
        <source>It was kept for %1, and sent when %1 came back.</source>
        <translation>消息曾为 %1 保留，%1 回来时已发送。</translation>
    </message>
    <message>
        <source>It was kept for %1, who did not come back in time.</source>
        <translation>消息曾为 %1 保留，但对方没有及时回来。</translation>
    </message>
    <message>
        <source>%1 came back with a number that this hub has not given, and was told; all that is kept follows.</source>
        <translation>%1 回来时给出的编号不是本中枢发出的，已告知；随后是保留的全部消息。</translation>
    </message>
    <message>
        <source>What %1 missed is no longer kept in full, and %1 was told; the rest follows.</source>
        <translation>%1 错过的消息已不再完整保留，已告知 %1；随后是其余消息。</translation>
    </message>
    <message>
        <source>%1 answered with an id that no request has.</source>
        <translation>%1 的回复编号不属于任何请求。</translation>
    </message>
    <message>
        <source>%1 answered when the request had ended.</source>
        <translation>%1 在请求结束后才回复。</translation>
    </message>
    <message>
        <source>%1 did not answer in time.</source>
        <translation>%1 未及时回复。</translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message>
        <source>both; a space means the same</source>
        <translation>两者都满足；空格含义相同</translation>
    </message>
    <message>
        <source>one of the two</source>
        <translation>两者之一</translation>
    </message>
    <message>
        <source>what does not pass the next one</source>
        <translation>不满足后面条件的</translation>
    </message>
    <message>
        <source>whose message it is, or who was asked</source>
        <translation>消息属于谁，或向谁提问</translation>
    </message>
    <message>
        <source>how it went</source>
        <translation>结果如何</translation>
    </message>
    <message>
        <source>the longest gap</source>
        <translation>最长的间隔</translation>
    </message>
    <message>
        <source>who had the ball in the longest gap</source>
        <translation>最长间隔时该谁处理</translation>
    </message>
    <message>
        <source>time from the request to the end</source>
        <translation>从请求到结束的时间</translation>
    </message>
    <message>
        <source>replies until the end</source>
        <translation>结束前的回复数</translation>
    </message>
    <message>
        <source>replies after the end</source>
        <translation>结束后的回复数</translation>
    </message>
    <message>
        <source>what kind of message</source>
        <translation>消息种类</translation>
    </message>
    <message>
        <source>into the hub or out of it</source>
        <translation>进入或离开中枢</translation>
    </message>
    <message>
        <source>which side of the hub</source>
        <translation>中枢的哪一侧</translation>
    </message>
    <message>
        <source>bytes of the payload; k and M count 1024</source>
        <translation>载荷字节数；k 和 M 按 1024 计</translation>
    </message>
    <message>
        <source>the correlation id</source>
        <translation>关联编号</translation>
    </message>
    <message>
        <source>the number of the session</source>
        <translation>会话编号</translation>
    </message>
    <message>
        <source>a mentioned name; @ci_bot for short</source>
        <translation>提及的名字；可简写为 @ci_bot</translation>
    </message>
    <message>
        <source>anywhere in the payload</source>
        <translation>载荷中任意位置</translation>
    </message>
    <message>
        <source>whom the sender named</source>
        <translation>发送方指名的用户</translation>
    </message>
    <message>
        <source>address of the sender</source>
        <translation>发送方地址</translation>
    </message>
    <message>
        <source>the sender&apos;s program</source>
        <translation>发送方的程序</translation>
    </message>
    <message>
        <source>the user&apos;s last ping when it was asked</source>
        <translation>提问时该用户最近一次 ping</translation>
    </message>
    <message>
        <source>unsent bytes before it when it was asked</source>
        <translation>提问时排在前面的未发送字节</translation>
    </message>
    <message>
        <source>the number of the row</source>
        <translation>行号</translation>
    </message>
    <message>
        <source>A value is missing behind “%1”</source>
        <translation>“%1”后面缺少值</translation>
    </message>
    <message>
        <source>A name is missing behind “@”</source>
        <translation>“@”后面缺少名字</translation>
    </message>
    <message>
        <source>A mention is made of letters, digits and “_”; quote it to search for it as text</source>
        <translation>提及由字母、数字和“_”组成；若要按文本搜索请加引号</translation>
    </message>
    <message>
        <source>The quote is not closed</source>
        <translation>引号没有闭合</translation>
    </message>
    <message>
        <source>Nothing was opened for this “)”</source>
        <translation>这个“)”没有对应的“(”</translation>
    </message>
    <message>
        <source>Something is missing at the end</source>
        <translation>结尾处缺少内容</translation>
    </message>
    <message>
        <source>Too many parentheses inside each other</source>
        <translation>括号嵌套过深</translation>
    </message>
    <message>
        <source>Something is missing before “%1”</source>
        <translation>“%1”前面缺少内容</translation>
    </message>
    <message>
        <source>This “(” is not closed</source>
        <translation>这个“(”没有闭合</translation>
    </message>
    <message>
        <source>The filter is too long</source>
        <translation>筛选条件过长</translation>
    </message>
    <message>
        <source>“%1” is not a number; for example %2</source>
        <translation>“%1”不是数字；例如 %2</translation>
    </message>
    <message>
        <source>“%1” needs a unit: us, ms, s or m</source>
        <translation>“%1”需要单位：us、ms、s 或 m</translation>
    </message>
    <message>
        <source>There is no unit “%1”; known are %2</source>
        <translation>没有单位“%1”；可用的有 %2</translation>
    </message>
    <message>
        <source>The regular expression is wrong: %1</source>
        <translation>正则表达式有误：%1</translation>
    </message>
    <message>
        <source>“%1” takes a colon: %2</source>
        <translation>“%1”要用冒号：%2</translation>
    </message>
    <message>
        <source>“%1” is one of %2</source>
        <translation>“%1”只能是 %2 之一</translation>
    </message>
    <message>
        <source>“%1” has no “%2”; %3?</source>
        <translation>“%1”没有“%2”；是 %3 吗？</translation>
    </message>
    <message>
        <source>“%1” is a number: %2</source>
        <translation>“%1”是数字：%2</translation>
    </message>
    <message>
        <source>“&lt;” and “&gt;” take one value</source>
        <translation>“&lt;”和“&gt;”只接受一个值</translation>
    </message>
    <message>
        <source>“%1” is not a path like data.order.id</source>
        <translation>“%1”不是形如 data.order.id 的路径</translation>
    </message>
    <message>
        <source>“%1” is not a number</source>
        <translation>“%1”不是数字</translation>
    </message>
    <message>
        <source>There is no field “%1”; quote it to search for it as text, or write .%1 for a member of the payload</source>
        <translation>没有字段“%1”；若要按文本搜索请加引号，载荷成员请写作 .%1</translation>
    </message>
    <message>
        <source>There is no field “%1”; %2?</source>
        <translation>没有字段“%1”；是 %2 吗？</translation>
    </message>
    <message>
        <source>“%1” is text: use a colon, or ~ for a regular expression</source>
        <translation>“%1”是文本：请用冒号，正则表达式用 ~</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>0 ms</source>
        <translation>0 ms</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 KiB</source>
        <translation>%1 KiB</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 MiB</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 天</translation>
    </message>
</context>
<context>
    <name>HubControl</name>
    <message>
        <source>The hub has stopped</source>
        <translation>中枢已停止</translation>
    </message>
</context>
<context>
    <name>HubSettings</name>
    <message>
        <source>The change cannot be tried: %1</source>
        <translation>无法试用此更改：%1</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>an IPv4 or IPv6 address, or localhost</source>
        <translation>IPv4 或 IPv6 地址，或 localhost</translation>
    </message>
    <message>
        <source>a whole number from %1 to %2</source>
        <translation>%1 到 %2 之间的整数</translation>
    </message>
    <message>
        <source>true, false, yes, no, on, off, 1 or 0</source>
        <translation>true、false、yes、no、on、off、1 或 0</translation>
    </message>
    <message>
        <source>a path that starts with / and has no space, ?, # or %</source>
        <translation>以 / 开头的路径，不含空格、?、# 或 %</translation>
    </message>
    <message>
        <source>a duration from %1 to %2, such as 300ms, 2s or 5m; a bare number is seconds</source>
        <translation>%1 到 %2 的时长，例如 300ms、2s 或 5m；纯数字表示秒</translation>
    </message>
    <message>
        <source>a number of bytes from %1 to %2, or with KiB, MiB or GiB</source>
        <translation>%1 到 %2 的字节数，可带 KiB、MiB 或 GiB</translation>
    </message>
    <message>
        <source>json, or text with tokens such as {time:HH:mm:ss}, {level}, {name} and {message}</source>
        <translation>json，或带有 {time:HH:mm:ss}、{level}、{name} 和 {message} 等标记的文本</translation>
    </message>
    <message>
        <source>a list of origins such as http://localhost:3000, or *</source>
        <translation>来源列表，例如 http://localhost:3000，或 *</translation>
    </message>
    <message>
        <source>a list of names of letters, digits and _</source>
        <translation>由字母、数字和 _ 组成的名称列表</translation>
    </message>
    <message>
        <source>a list of TOKEN:ROLE[+ROLE]; roles are publish, subscribe, observe and admin</source>
        <translation>TOKEN:ROLE[+ROLE] 列表；角色有 publish、subscribe、observe 和 admin</translation>
    </message>
    <message>
        <source>a list of host names, or *</source>
        <translation>主机名列表，或 *</translation>
    </message>
    <message>
        <source>the path of a file, or nothing</source>
        <translation>文件路径，或留空</translation>
    </message>
    <message>
        <source>at least 32 bytes (RFC 7518), or nothing</source>
        <translation>至少 32 字节（RFC 7518），或留空</translation>
    </message>
    <message>
        <source>text without control characters, or nothing</source>
        <translation>不含控制字符的文本，或留空</translation>
    </message>
</context>
<context>
    <name>Lanes</name>
    <message>
        <source>token %1</source>
        <translation>第 %1 段</translation>
    </message>
    <message>
        <source>tokens %1%2%3</source>
        <translation>第 %1%2%3 段</translation>
    </message>
    <message>
        <source>%1 apart</source>
        <translation>间隔 %1</translation>
    </message>
    <message>
        <source>token %1 waits</source>
        <translation>等待第 %1 段</translation>
    </message>
    <message>
        <source>%1 without a token</source>
        <translation>%1 没有新片段</translation>
    </message>
    <message>
        <source>done, drained</source>
        <translation>完成，已读完</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>after %1</source>
        <translation>%1 后</translation>
    </message>
    <message>
        <source>after the end</source>
        <translation>结束之后</translation>
    </message>
    <message>
        <source>+%1 late</source>
        <translation>迟到 +%1</translation>
    </message>
    <message>
        <source>POST received</source>
        <translation>收到 POST</translation>
    </message>
    <message>
        <source>routed, written</source>
        <translation>已路由、已写出</translation>
    </message>
    <message>
        <source>routed</source>
        <translation>已路由</translation>
    </message>
    <message>
        <source>no session of %1</source>
        <translation>%1 没有会话</translation>
    </message>
    <message>
        <source>not written</source>
        <translation>未写出</translation>
    </message>
    <message>
        <source>%1: first reply</source>
        <translation>%1：首个回复</translation>
    </message>
    <message>
        <source>waiting for %1</source>
        <translation>等待 %1</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>from</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>time</source>
        <translation>用时</translation>
    </message>
</context>
<context>
    <name>LinkGap</name>
    <message>
        <source>Not connected from %1 to %2</source>
        <translation>从 %1 到 %2 未连接</translation>
    </message>
    <message>
        <source>another start of the hub answers now, numbers began anew</source>
        <translation>现在应答的是重新启动的中枢，编号已重新开始</translation>
    </message>
    <message>
        <source>%1 missed</source>
        <translation>错过 %1 条</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>缺口</translation>
    </message>
</context>
<context>
    <name>RowColors</name>
    <message>
        <source>Red</source>
        <translation>红色</translation>
    </message>
    <message>
        <source>Amber</source>
        <translation>琥珀色</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿色</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>青色</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>蓝色</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>紫色</translation>
    </message>
</context>
<context>
    <name>SavedFilters</name>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>@mentions</source>
        <translation>@提及</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Who may come in</source>
        <translation>谁可以接入</translation>
    </message>
    <message>
        <source>WebSocket</source>
        <translation>WebSocket</translation>
    </message>
    <message>
        <source>Server-Sent Events</source>
        <translation>Server-Sent Events</translation>
    </message>
    <message>
        <source>Routing</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>投递</translation>
    </message>
    <message>
        <source>Logging</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>History and offline queue</source>
        <translation>历史与离线队列</translation>
    </message>
    <message>
        <source>Machinery</source>
        <translation>内部机制</translation>
    </message>
    <message>
        <source>Address to listen on; anything but loopback also needs AUTH_TOKENS or PROTECTED_MODE=no to serve others.</source>
        <translation>监听的地址；若不是回环地址，还需设置 AUTH_TOKENS 或 PROTECTED_MODE=no 才会为其他计算机服务。</translation>
    </message>
    <message>
        <source>Port for HTTP and WebSocket; 0 takes any free one and says which.</source>
        <translation>HTTP 和 WebSocket 的端口；0 表示任取一个空闲端口并告知。</translation>
    </message>
    <message>
        <source>PEM file with the certificate and its chain; with TLS_KEY it turns http into https and ws into wss.</source>
        <translation>含证书及其证书链的 PEM 文件；与 TLS_KEY 一起使 http 变为 https，ws 变为 wss。</translation>
    </message>
    <message>
        <source>PEM file with the certificate&apos;s private key.</source>
        <translation>含证书私钥的 PEM 文件。</translation>
    </message>
    <message>
        <source>Origins whose pages may use the hub; an origin of this computer without a port means any port, * means all.</source>
        <translation>其网页可以使用中枢的来源；本机来源不写端口表示任意端口，* 表示全部。</translation>
    </message>
    <message>
        <source>Names that a request&apos;s Host may carry; empty means loopback names on loopback and any name elsewhere.</source>
        <translation>请求的 Host 可以使用的名称；留空时，回环地址上只接受回环名称，其他地址接受任意名称。</translation>
    </message>
    <message>
        <source>Serve only this computer as long as AUTH_TOKENS is empty, whatever HOST says.</source>
        <translation>只要 AUTH_TOKENS 为空，无论 HOST 如何设置都只为本机服务。</translation>
    </message>
    <message>
        <source>Bearer tokens and what each may do, for example s3cret:publish+subscribe; a secret.</source>
        <translation>Bearer 令牌及其各自的权限，例如 s3cret:publish+subscribe；属于机密。</translation>
    </message>
    <message>
        <source>File with one AUTH_TOKENS entry a line.</source>
        <translation>每行一个 AUTH_TOKENS 条目的文件。</translation>
    </message>
    <message>
        <source>Users come with JSON Web Tokens signed by HS256 with this secret: sub is the user_id; exp, nbf and aud are heeded.</source>
        <translation>用户携带以此密钥经 HS256 签名的 JSON Web Token：sub 即 user_id；会检查 exp、nbf 和 aud。</translation>
    </message>
    <message>
        <source>The same for RS256 or ES256: PEM file with the public key; both settings may be used together.</source>
        <translation>同上，用于 RS256 或 ES256：含公钥的 PEM 文件；两项设置可以同时使用。</translation>
    </message>
    <message>
        <source>What aud must name in a JSON Web Token; empty accepts only tokens without aud.</source>
        <translation>JSON Web Token 的 aud 必须包含的名称；留空则只接受没有 aud 的令牌。</translation>
    </message>
    <message>
        <source>Where WebSocket clients connect, with ?user_id=NAME.</source>
        <translation>WebSocket 客户端的连接路径，带 ?user_id=NAME。</translation>
    </message>
    <message>
        <source>What a second connection of the same user does: it is refused, it replaces the first, or both stay.</source>
        <translation>同一用户的第二个连接如何处理：拒绝它、替换第一个，或两者并存。</translation>
    </message>
    <message>
        <source>Time between pings to a client; 0 sends none.</source>
        <translation>向客户端发送 ping 的间隔；0 表示不发送。</translation>
    </message>
    <message>
        <source>How long the answer to a ping may take.</source>
        <translation>等待 ping 应答的最长时间。</translation>
    </message>
    <message>
        <source>Largest message a WebSocket client may send; a larger one closes the connection with 1009.</source>
        <translation>WebSocket 客户端可发送的最大消息；超过则以 1009 关闭连接。</translation>
    </message>
    <message>
        <source>Where one message is posted.</source>
        <translation>提交单条消息的路径。</translation>
    </message>
    <message>
        <source>Where an array of messages is posted.</source>
        <translation>提交消息数组的路径。</translation>
    </message>
    <message>
        <source>Where a message is posted whose replies come back as a stream of events.</source>
        <translation>提交消息并以事件流取回回复的路径。</translation>
    </message>
    <message>
        <source>Where one message for many users is posted.</source>
        <translation>提交发给多个用户的消息的路径。</translation>
    </message>
    <message>
        <source>How long a stream waits for a reply; each reply starts that time anew.</source>
        <translation>事件流等待回复的时间；每次回复都会重新计时。</translation>
    </message>
    <message>
        <source>A silent stream gets a comment line this often, so that proxies keep it; 0 sends none.</source>
        <translation>空闲的事件流按此间隔收到一行注释，以免代理将其断开；0 表示不发送。</translation>
    </message>
    <message>
        <source>Number the events of a stream with id: lines.</source>
        <translation>用 id: 行为事件流中的事件编号。</translation>
    </message>
    <message>
        <source>Where a user listens with an EventSource instead of a WebSocket, with ?user_id=NAME.</source>
        <translation>用户用 EventSource 代替 WebSocket 收听的路径，带 ?user_id=NAME。</translation>
    </message>
    <message>
        <source>Where such a user posts its replies.</source>
        <translation>此类用户提交回复的路径。</translation>
    </message>
    <message>
        <source>How long an EventSource is told to wait before it connects again; 0 leaves that to the browser.</source>
        <translation>告知 EventSource 重新连接前等待的时间；0 表示由浏览器决定。</translation>
    </message>
    <message>
        <source>Accounts that anyone reaches by writing @name in the text of a message.</source>
        <translation>任何人在消息文本中写 @名称 即可送达的账号。</translation>
    </message>
    <message>
        <source>Also have ci_bot, email_bot, notification_bot and system_bot as public accounts.</source>
        <translation>同时将 ci_bot、email_bot、notification_bot 和 system_bot 作为公共账号。</translation>
    </message>
    <message>
        <source>Let a push to the user * reach everybody who is connected; otherwise it is refused with 422.</source>
        <translation>允许推送给用户 * 时送达所有已连接者；否则以 422 拒绝。</translation>
    </message>
    <message>
        <source>How long a POST waits for an acknowledgement or for room, unless it says timeout= itself.</source>
        <translation>POST 等待确认或空间的时间，除非请求自己给出 timeout=。</translation>
    </message>
    <message>
        <source>What happens when SEND_QUEUE_BYTES wait for a receiver that does not read: it is closed, its oldest messages are dropped, or the POST waits.</source>
        <translation>当某个不读取的接收者积压达到 SEND_QUEUE_BYTES 时：关闭它、丢弃其最旧的消息，或让 POST 等待。</translation>
    </message>
    <message>
        <source>How long the answer to a POST with an Idempotency-Key is kept for its repeats; 0 ignores such keys.</source>
        <translation>带 Idempotency-Key 的 POST 的应答为重复请求保留的时间；0 表示忽略此类键。</translation>
    </message>
    <message>
        <source>Memory for those keys and answers; the oldest are forgotten first.</source>
        <translation>用于这些键和应答的内存；最旧的先被遗忘。</translation>
    </message>
    <message>
        <source>Sessions that may ask for presence events at a time; more are closed with 1013.</source>
        <translation>可同时请求在线状态事件的会话数；超出者以 1013 关闭。</translation>
    </message>
    <message>
        <source>The least important messages that are still logged.</source>
        <translation>仍会记录的最低日志级别。</translation>
    </message>
    <message>
        <source>How a log line looks: tokens in braces as loguru has them, or json for one object a line.</source>
        <translation>日志行的格式：花括号中的标记（同 loguru），或 json 表示每行一个对象。</translation>
    </message>
    <message>
        <source>true means LOG_LEVEL=DEBUG, unless LOG_LEVEL comes from a place that wins over this one.</source>
        <translation>true 即 LOG_LEVEL=DEBUG，除非 LOG_LEVEL 来自优先级更高之处。</translation>
    </message>
    <message>
        <source>Largest request body; more is answered with 413.</source>
        <translation>最大的请求体；超过则应答 413。</translation>
    </message>
    <message>
        <source>Most connections at a time; 0 means as many as the system&apos;s limit of open files allows.</source>
        <translation>同时存在的最大连接数；0 表示以系统的打开文件数上限为准。</translation>
    </message>
    <message>
        <source>Most connections from one address (IPv6: from one /64); 0 means no such limit.</source>
        <translation>来自同一地址（IPv6：同一 /64）的最大连接数；0 表示不限制。</translation>
    </message>
    <message>
        <source>Most sessions of one user where DUPLICATE_POLICY=allow; 0 means no such limit.</source>
        <translation>DUPLICATE_POLICY=allow 时同一用户的最大会话数；0 表示不限制。</translation>
    </message>
    <message>
        <source>Most requests that wait for replies at a time; more are answered with 503.</source>
        <translation>同时等待回复的最大请求数；超过则应答 503。</translation>
    </message>
    <message>
        <source>Largest request head, request line included; more is answered with 431.</source>
        <translation>最大的请求头部，含请求行；超过则应答 431。</translation>
    </message>
    <message>
        <source>Most header fields of a request; more are answered with 431.</source>
        <translation>请求的最大头字段数；超过则应答 431。</translation>
    </message>
    <message>
        <source>Longest path and query of a request; longer ones are answered with 414.</source>
        <translation>请求的路径和查询的最大长度；超过则应答 414。</translation>
    </message>
    <message>
        <source>Deepest nesting of JSON; deeper is answered with 422.</source>
        <translation>JSON 的最大嵌套深度；超过则应答 422。</translation>
    </message>
    <message>
        <source>Most messages of one batch; more are answered with 413, 0 means no such limit.</source>
        <translation>一个批次的最大消息数；超过则应答 413，0 表示不限制。</translation>
    </message>
    <message>
        <source>Requests a second from one address (IPv6: from one /64); more are answered with 429, 0 means no limit.</source>
        <translation>同一地址（IPv6：同一 /64）每秒的请求数；超过则应答 429，0 表示不限制。</translation>
    </message>
    <message>
        <source>Requests a second with one user&apos;s or one token&apos;s rights; more are answered with 429, 0 means no limit.</source>
        <translation>以同一用户或同一令牌的权限每秒发出的请求数；超过则应答 429，0 表示不限制。</translation>
    </message>
    <message>
        <source>WebSocket messages a second from one address; more close the connection with 1008, 0 means no limit.</source>
        <translation>同一地址每秒的 WebSocket 消息数；超过则以 1008 关闭连接，0 表示不限制。</translation>
    </message>
    <message>
        <source>WebSocket messages a second from one user; more close the connection with 1008, 0 means no limit.</source>
        <translation>同一用户每秒的 WebSocket 消息数；超过则以 1008 关闭连接，0 表示不限制。</translation>
    </message>
    <message>
        <source>How much of a rate may come at once: with 2s and a rate of 50, 100 in one moment.</source>
        <translation>允许一次突发的速率份额：2s 且速率为 50 时，一瞬间可达 100。</translation>
    </message>
    <message>
        <source>Bytes that may wait for one slow receiver before it is closed.</source>
        <translation>一个缓慢的接收者在被关闭前可积压的字节数。</translation>
    </message>
    <message>
        <source>Most entries that the journal keeps.</source>
        <translation>记录保留的最大条目数。</translation>
    </message>
    <message>
        <source>Most bytes that the journal keeps.</source>
        <translation>记录保留的最大字节数。</translation>
    </message>
    <message>
        <source>Messages of each user that are kept for clients that come back with Last-Event-ID; 0 keeps none.</source>
        <translation>为每个用户保留的消息数，供携带 Last-Event-ID 返回的客户端使用；0 表示不保留。</translation>
    </message>
    <message>
        <source>How long they are kept; 0 means as long as there is room.</source>
        <translation>保留的时间；0 表示空间足够时一直保留。</translation>
    </message>
    <message>
        <source>Bytes of all users&apos; history; the user who got nothing for the longest time loses it first.</source>
        <translation>所有用户历史的总字节数；最久没有收到消息的用户最先失去历史。</translation>
    </message>
    <message>
        <source>Messages that wait for each user who is not connected; 0 drops them, and a full queue takes no more.</source>
        <translation>为每个未连接用户等待的消息数；0 表示丢弃，队列满后不再接受。</translation>
    </message>
    <message>
        <source>How long a message waits for its user; 0 means until it is delivered.</source>
        <translation>消息等待其用户的时间；0 表示直到送达为止。</translation>
    </message>
    <message>
        <source>Bytes of all messages that wait.</source>
        <translation>所有等待中消息的总字节数。</translation>
    </message>
    <message>
        <source>SQLite file that keeps history and waiting messages over a restart, kill -9 included; empty keeps them in memory.</source>
        <translation>保存历史和等待中消息的 SQLite 文件，重启乃至 kill -9 后仍在；留空则只保存在内存中。</translation>
    </message>
    <message>
        <source>Serve the playground at / and the API page at /docs; both are part of the program and load nothing else.</source>
        <translation>在 / 提供试验页面，在 /docs 提供 API 页面；两者都内置于程序，不加载其他内容。</translation>
    </message>
    <message>
        <source>Serve /echo, a WebSocket and an HTTP endpoint that send back what they get, for testing clients and proxies.</source>
        <translation>提供 /echo：原样返回所收内容的 WebSocket 和 HTTP 端点，用于测试客户端和代理。</translation>
    </message>
    <message>
        <source>Answer complete push and batch requests without a detour through Qt&apos;s HTTP server.</source>
        <translation>完整的推送和批量请求直接应答，不绕经 Qt 的 HTTP 服务器。</translation>
    </message>
    <message>
        <source>Linux: use the hub&apos;s own event loop instead of Qt&apos;s.</source>
        <translation>Linux：使用中枢自己的事件循环代替 Qt 的。</translation>
    </message>
    <message>
        <source>Several hubs</source>
        <translation>多个中枢</translation>
    </message>
    <message>
        <source>Redis through which several hubs share their users; empty means that this hub stands alone. May hold a password.</source>
        <translation>多个中枢通过它共享用户的 Redis；留空表示此中枢单独运行。可以包含密码。</translation>
    </message>
    <message>
        <source>What the names of keys and channels in Redis begin with; hubs with the same one belong together.</source>
        <translation>Redis 中键和频道名称的前缀；前缀相同的中枢属于一组。</translation>
    </message>
    <message>
        <source>PEM file with the certificates that a rediss:// server is checked against; empty means those of the system.</source>
        <translation>用来核对 rediss:// 服务器的证书（PEM 文件）；留空表示使用系统的证书。</translation>
    </message>
    <message>
        <source>How long Redis, or the hub that holds a user, may take; then the request gets 503 and Redis counts as lost.</source>
        <translation>Redis 或持有用户的中枢最多可用多长时间；超过后请求得到 503，Redis 视为失联。</translation>
    </message>
    <message>
        <source>What this hub is called in presence, metrics and the window; empty means the computer&apos;s name and the process id.</source>
        <translation>此中枢在在线状态、指标和窗口中的名称；留空表示计算机名加进程号。</translation>
    </message>
    <message>
        <source>Linux: let several hubs of one computer listen on PORT; the system spreads connections over them. serve --workers sets it.</source>
        <translation>Linux：让同一台计算机上的多个中枢监听 PORT，由系统把连接分给它们。serve --workers 会设置它。</translation>
    </message>
</context>
<context>
    <name>Subject</name>
    <message>
        <source>request</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>reply %1</source>
        <translation>回复 %1</translation>
    </message>
</context>
<context>
    <name>WhyLate</name>
    <message>
        <source>Timed out: </source>
        <translation>超时：</translation>
    </message>
    <message>
        <source>The client went away: </source>
        <translation>客户端离开：</translation>
    </message>
    <message>
        <source>The sender hung up: </source>
        <translation>发送方挂断：</translation>
    </message>
    <message>
        <source>The hub stopped: </source>
        <translation>中枢停止：</translation>
    </message>
    <message>
        <source>The client&apos;s queue was full: </source>
        <translation>客户端队列已满：</translation>
    </message>
    <message>
        <source>So far </source>
        <translation>至今 </translation>
    </message>
    <message>
        <source>%1 was not asked; hub %2.</source>
        <translation>没有向 %1 提问；中枢 %2。</translation>
    </message>
    <message>
        <source>%1 of %2 waiting for %3; hub %4</source>
        <translation>%2 中有 %1 在等待 %3；中枢 %4</translation>
    </message>
    <message>
        <source>; the sender took %1 to read</source>
        <translation>；发送方读取用了 %1</translation>
    </message>
    <message>
        <source>; %1&apos;s ping %2</source>
        <translation>；%1 的 ping %2</translation>
    </message>
    <message>
        <source>; %1&apos;s ping not measured yet</source>
        <translation>；%1 的 ping 尚未测量</translation>
    </message>
    <message>
        <source>, queue %1.</source>
        <translation>，队列 %1。</translation>
    </message>
    <message>
        <source>longest gap %1, still open</source>
        <translation>最长间隔 %1，尚未结束</translation>
    </message>
    <message>
        <source>longest gap %1 before token %2</source>
        <translation>最长间隔 %1，在第 %2 段之前</translation>
    </message>
    <message>
        <source>longest gap %1 until the sender had read the answer</source>
        <translation>最长间隔 %1，直到发送方读完回答</translation>
    </message>
    <message>
        <source>longest gap %1 in the hub</source>
        <translation>最长间隔 %1，在中枢内</translation>
    </message>
    <message>
        <source>longest gap %1 before the end</source>
        <translation>最长间隔 %1，在结束之前</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>中枢</translation>
    </message>
    <message>
        <source>sender</source>
        <translation>发送方</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source> µs</source>
        <translation> µs</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>+%1 late</source>
        <translation>迟到 +%1</translation>
    </message>
</context>
<context>
    <name>WhyNot</name>
    <message>
        <source>Mention</source>
        <translation>提及</translation>
    </message>
    <message>
        <source>No public account is mentioned, so user_id decides.</source>
        <translation>没有提及公共账号，由 user_id 决定。</translation>
    </message>
    <message>
        <source>@%1 is a public account and comes first in the text.</source>
        <translation>@%1 是公共账号，在文本中最先出现。</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>To the user that the sender named: %1.</source>
        <translation>发给发送方指名的用户：%1。</translation>
    </message>
    <message>
        <source>A mention beats user_id: to %1 instead of %2.</source>
        <translation>提及优先于 user_id：发给 %1 而不是 %2。</translation>
    </message>
    <message>
        <source>Sessions found</source>
        <translation>找到的会话</translation>
    </message>
    <message>
        <source>None: nobody is connected as %1.</source>
        <translation>没有：无人以 %1 身份连接。</translation>
    </message>
    <message>
        <source>One session is connected.</source>
        <translation>有 1 个会话已连接。</translation>
    </message>
    <message>
        <source>%1 sessions are connected.</source>
        <translation>有 %1 个会话已连接。</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>写出</translation>
    </message>
    <message>
        <source>To one session.</source>
        <translation>写给 1 个会话。</translation>
    </message>
    <message>
        <source>To %1 sessions.</source>
        <translation>写给 %1 个会话。</translation>
    </message>
    <message>
        <source>To no session.</source>
        <translation>没有写给任何会话。</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>%1 bytes were waiting in its queue already: it reads slowly.</source>
        <translation>它的队列中已有 %1 字节在等待：读取缓慢。</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>One session&apos;s queue was full (SEND_QUEUE_BYTES); it is closed with 1013.</source>
        <translation>1 个会话的队列已满 (SEND_QUEUE_BYTES)；以 1013 关闭。</translation>
    </message>
    <message>
        <source>The queues of %1 sessions were full (SEND_QUEUE_BYTES); they are closed with 1013.</source>
        <translation>%1 个会话的队列已满 (SEND_QUEUE_BYTES)；以 1013 关闭。</translation>
    </message>
    <message>
        <source>one reply</source>
        <translation>1 个回复</translation>
    </message>
    <message>
        <source>%1 replies</source>
        <translation>%1 个回复</translation>
    </message>
    <message>
        <source>Sender got</source>
        <translation>发送方收到</translation>
    </message>
    <message>
        <source>Nothing yet; the stream is open.</source>
        <translation>尚无内容；流仍打开。</translation>
    </message>
    <message>
        <source>%1 so far; the stream is open.</source>
        <translation>至今 %1；流仍打开。</translation>
    </message>
    <message>
        <source>%1; the last one was final.</source>
        <translation>%1；最后一个是终结回复。</translation>
    </message>
    <message>
        <source>%1, then the sender hung up.</source>
        <translation>%1，随后发送方挂断。</translation>
    </message>
    <message>
        <source>The error &quot;%1&quot;.</source>
        <translation>错误“%1”。</translation>
    </message>
    <message>
        <source>%1, then the error &quot;%2&quot;.</source>
        <translation>%1，随后是错误“%2”。</translation>
    </message>
    <message>
        <source>User looked up</source>
        <translation>查找用户</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>迟到</translation>
    </message>
    <message>
        <source>One reply came after the end and reached nobody.</source>
        <translation>1 个回复在结束后到达，没有送给任何人。</translation>
    </message>
    <message>
        <source>%1 replies came after the end and reached nobody.</source>
        <translation>%1 个回复在结束后到达，没有送给任何人。</translation>
    </message>
    <message>
        <source>It arrived at %1.</source>
        <translation>已送达 %1。</translation>
    </message>
    <message>
        <source>On another hub: %1 is connected to %2.</source>
        <translation>在另一个中枢上：%1 已连接到 %2。</translation>
    </message>
</context>
<context>
    <name>trunkline::ActivityReader</name>
    <message>
        <source>%1 new, %2 failed</source>
        <translation>%1 条新，%2 条失败</translation>
    </message>
    <message>
        <source>%1 new</source>
        <translation>%1 条新</translation>
    </message>
</context>
<context>
    <name>trunkline::AnswerView</name>
    <message>
        <source>Show the exchange</source>
        <translation>显示该交互</translation>
    </message>
    <message>
        <source>Answer of the hub</source>
        <translation>中枢的回答</translation>
    </message>
    <message>
        <source>The answer stands here; the events of a stream as they come.</source>
        <translation>回答显示在这里；流的事件随到随显。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Waiting for the hub</source>
        <translation>正在等待中枢</translation>
    </message>
    <message>
        <source>1 event</source>
        <translation>1 个事件</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 个事件</translation>
    </message>
    <message>
        <source>%1 · %2 · %3</source>
        <translation>%1 · %2 · %3</translation>
    </message>
    <message>
        <source>%1 so far</source>
        <translation>至今 %1</translation>
    </message>
    <message>
        <source>The hub was not reached</source>
        <translation>无法连接中枢</translation>
    </message>
    <message>
        <source>%1 · nobody got it</source>
        <translation>%1 · 无人收到</translation>
    </message>
</context>
<context>
    <name>trunkline::AttachDialog</name>
    <message>
        <source>Take any certificate</source>
        <translation>接受任何证书</translation>
    </message>
    <message>
        <source>Attach to a hub</source>
        <translation>连接到中枢</translation>
    </message>
    <message>
        <source>Hubs on this computer and those watched lately</source>
        <translation>本机的中枢和最近查看过的中枢</translation>
    </message>
    <message>
        <source>URL of the hub</source>
        <translation>中枢的 URL</translation>
    </message>
    <message>
        <source>an AUTH_TOKENS entry, or the token of the ready file</source>
        <translation>AUTH_TOKENS 中的一项，或就绪文件中的令牌</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>URL</source>
        <translation>URL</translation>
    </message>
    <message>
        <source>Ready file…</source>
        <translation>就绪文件…</translation>
    </message>
    <message>
        <source>A hub writes its address and token there: serve --ready-file PATH</source>
        <translation>中枢将其地址和令牌写在那里：serve --ready-file PATH</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>watched lately</source>
        <translation>最近查看</translation>
    </message>
    <message>
        <source>No other hub of yours runs on this computer.</source>
        <translation>本机没有您的其他中枢在运行。</translation>
    </message>
    <message>
        <source>On this computer, and watched lately</source>
        <translation>本机及最近查看</translation>
    </message>
    <message>
        <source>A window that watches a hub elsewhere needs a token there; one with the role admin may also give orders.</source>
        <translation>查看别处中枢的窗口需要那里的令牌；具有 admin 角色的令牌还可以下达命令。</translation>
    </message>
    <message>
        <source>That is no URL of a hub: host and port, such as ci:8080 or https://hub.example.com</source>
        <translation>这不是中枢的 URL：应为主机和端口，例如 ci:8080 或 https://hub.example.com</translation>
    </message>
    <message>
        <source>Watches %1</source>
        <translation>查看 %1</translation>
    </message>
    <message>
        <source>%1 is no ready file of a hub.</source>
        <translation>%1 不是中枢的就绪文件。</translation>
    </message>
    <message>
        <source>Ready file of a hub</source>
        <translation>中枢的就绪文件</translation>
    </message>
    <message>
        <source>Ready files (*.json)</source>
        <translation>就绪文件 (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>trunkline::BenchDesk</name>
    <message>
        <source>Recording has ended: %1</source>
        <translation>录制已结束：%1</translation>
    </message>
    <message>
        <source>%1 messages in %2; %3 were missed</source>
        <translation>%2 中有 %1 条消息；漏掉 %3 条</translation>
    </message>
    <message>
        <source>%1 messages in %2</source>
        <translation>%2 中有 %1 条消息</translation>
    </message>
</context>
<context>
    <name>trunkline::BenchRoom</name>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Bots</source>
        <translation>机器人</translation>
    </message>
    <message>
        <source>Faults</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>Make a capsule of this exchange…</source>
        <translation>把此交互打成胶囊…</translation>
    </message>
    <message>
        <source>Make a scenario from this exchange</source>
        <translation>用此交互生成场景</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>流</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Stop recording</source>
        <translation>停止录制</translation>
    </message>
    <message numerus="yes">
        <source>Recording %1: %2, %n messages</source>
        <translation>
            <numerusform>正在录制 %1：%2，%n 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>, %1 missed</source>
        <translation>，漏掉 %1 条</translation>
    </message>
    <message>
        <source>Bots %1 %2</source>
        <translation>机器人 %1 %2</translation>
    </message>
    <message>
        <source>Faults %1 on</source>
        <translation>故障 %1 已开启</translation>
    </message>
    <message numerus="yes">
        <source>Faults are on: %n rules meddle with messages on purpose.</source>
        <translation>
            <numerusform>故障已开启：%n 条规则正在有意干扰消息。</numerusform>
        </translation>
    </message>
    <message>
        <source>Select an exchange first</source>
        <translation>请先选择一个交互</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>It has not ended yet</source>
        <translation>它还没有结束</translation>
    </message>
    <message>
        <source>Select a message whose text was kept</source>
        <translation>请选择保留了内容的消息</translation>
    </message>
    <message numerus="yes">
        <source>Stream %1 %n findings</source>
        <translation>
            <numerusform>流 %1 %n 处发现</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::BodyEditor</name>
    <message>
        <source>Message as JSON</source>
        <translation>JSON 消息</translation>
    </message>
</context>
<context>
    <name>trunkline::BodyView</name>
    <message>
        <source>Tree</source>
        <translation>树</translation>
    </message>
    <message>
        <source>Pretty</source>
        <translation>美化</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>原文</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>十六进制</translation>
    </message>
    <message>
        <source>Messages of this exchange</source>
        <translation>该交互的消息</translation>
    </message>
    <message>
        <source>Member</source>
        <translation>成员</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Payload as a tree</source>
        <translation>树状载荷</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>载荷</translation>
    </message>
    <message>
        <source>Filter on this value</source>
        <translation>按此值筛选</translation>
    </message>
    <message>
        <source>Copy value</source>
        <translation>复制值</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>已复制 %1</translation>
    </message>
    <message>
        <source>Add as column</source>
        <translation>添加为列</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>trunkline::BotsPage</name>
    <message>
        <source>Streams tokens</source>
        <translation>流式输出词元</translation>
    </message>
    <message>
        <source>One token is late</source>
        <translation>有一个词元迟到</translation>
    </message>
    <message>
        <source>Answers once</source>
        <translation>只回答一次</translation>
    </message>
    <message>
        <source>Hangs up in the middle</source>
        <translation>中途断开</translation>
    </message>
    <message>
        <source>Never answers</source>
        <translation>从不回答</translation>
    </message>
    <message>
        <source>File of bots</source>
        <translation>机器人文件</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>From a template</source>
        <translation>从模板</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Bot</source>
        <translation>机器人</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Bots that run</source>
        <translation>正在运行的机器人</translation>
    </message>
    <message>
        <source>There are no bots in the file</source>
        <translation>文件中没有机器人</translation>
    </message>
    <message>
        <source>The faults of the file are not in force: that hub is in another process</source>
        <translation>文件中的故障未生效：该中枢在另一个进程中</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>tries again: %1</source>
        <translation>正在重试：%1</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>There is no hub here to connect to</source>
        <translation>这里没有可连接的中枢</translation>
    </message>
    <message>
        <source>No bot runs</source>
        <translation>没有机器人在运行</translation>
    </message>
    <message>
        <source>%1 of %2 connected</source>
        <translation>已连接 %1/%2</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>Open a file of bots</source>
        <translation>打开机器人文件</translation>
    </message>
    <message>
        <source>Bots (*.yaml *.yml);;All files (*)</source>
        <translation>机器人 (*.yaml *.yml);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Save the bots</source>
        <translation>保存机器人</translation>
    </message>
</context>
<context>
    <name>trunkline::CapsuleDialog</name>
    <message>
        <source>the messages, and the hub&apos;s settings without secrets</source>
        <translation>消息，以及不含机密的中枢设置</translation>
    </message>
    <message>
        <source>where the time went, for a browser; no scripts</source>
        <translation>时间花在哪里，用浏览器查看；不含脚本</translation>
    </message>
    <message>
        <source>the same for an issue tracker</source>
        <translation>同样的内容，用于问题跟踪</translation>
    </message>
    <message>
        <source>commands that play it again</source>
        <translation>重放它的命令</translation>
    </message>
    <message>
        <source>Leave in what looks like a secret</source>
        <translation>保留看起来像机密的内容</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Make a capsule</source>
        <translation>制作胶囊</translation>
    </message>
    <message>
        <source>Bundles this exchange for somebody else. This goes out, and nothing else:</source>
        <translation>把此交互打包给别人。只有以下内容会发出：</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>What goes out</source>
        <translation>会发出的内容</translation>
    </message>
    <message>
        <source>more paths, such as data.customer, *.email</source>
        <translation>更多路径，例如 data.customer, *.email</translation>
    </message>
    <message>
        <source>More paths whose values are masked</source>
        <translation>其值被遮盖的更多路径</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>遮盖</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>已遮盖</translation>
    </message>
    <message numerus="yes">
        <source>in %n messages</source>
        <translation>
            <numerusform>在 %n 条消息中</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is masked</source>
        <translation>没有遮盖任何内容</translation>
    </message>
    <message>
        <source>secrets go out as they are</source>
        <translation>机密会原样发出</translation>
    </message>
    <message>
        <source>nothing looks like a secret</source>
        <translation>没有看起来像机密的内容</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>Save the capsule</source>
        <translation>保存胶囊</translation>
    </message>
    <message>
        <source>Capsules (*.trunkcase)</source>
        <translation>胶囊 (*.trunkcase)</translation>
    </message>
</context>
<context>
    <name>trunkline::CloseQuestion</name>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Shall the hub keep running?</source>
        <translation>是否让中枢继续运行？</translation>
    </message>
    <message numerus="yes">
        <source>%n clients are connected and would be cut off.</source>
        <translation>
            <numerusform>有 %n 个客户端已连接，将被切断。</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody is connected.</source>
        <translation>无人连接。</translation>
    </message>
    <message>
        <source>A hub that keeps running is found in the system tray.</source>
        <translation>继续运行的中枢可在系统托盘中找到。</translation>
    </message>
    <message>
        <source>There is no system tray here: the window is minimized instead.</source>
        <translation>这里没有系统托盘：窗口将最小化。</translation>
    </message>
    <message>
        <source>This is asked once; the settings can change it.</source>
        <translation>只询问一次；可在设置中更改。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>继续运行</translation>
    </message>
</context>
<context>
    <name>trunkline::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>您想做什么？</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>No command has these letters</source>
        <translation>没有包含这些字母的命令</translation>
    </message>
</context>
<context>
    <name>trunkline::CompletionList</name>
    <message>
        <source>Suggestions</source>
        <translation>建议</translation>
    </message>
</context>
<context>
    <name>trunkline::ComposePanel</name>
    <message>
        <source>How it is sent</source>
        <translation>发送方式</translation>
    </message>
    <message>
        <source>One message; the answer says whether it was delivered</source>
        <translation>一条消息；回答说明是否已投递</translation>
    </message>
    <message>
        <source>One request; the replies stream back</source>
        <translation>一个请求；回复以流返回</translation>
    </message>
    <message>
        <source>An array of messages</source>
        <translation>消息数组</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>Copy as</source>
        <translation>复制为</translation>
    </message>
    <message>
        <source>Tidy</source>
        <translation>整理</translation>
    </message>
    <message>
        <source>Indents the JSON; nothing else is touched</source>
        <translation>缩进 JSON；其他内容不变</translation>
    </message>
    <message>
        <source>Send  Ctrl+Enter</source>
        <translation>发送  Ctrl+Enter</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Line %1, column %2: %3</source>
        <translation>第 %1 行第 %2 列：%3</translation>
    </message>
    <message>
        <source>Attached read-only: nothing can be sent</source>
        <translation>以只读方式连接：无法发送</translation>
    </message>
    <message>
        <source>JSON is fine</source>
        <translation>JSON 正确</translation>
    </message>
    <message>
        <source>Nothing was sent yet</source>
        <translation>尚未发送任何内容</translation>
    </message>
    <message>
        <source>Clear the history</source>
        <translation>清除历史</translation>
    </message>
    <message>
        <source>From the curl command in the clipboard</source>
        <translation>来自剪贴板中的 curl 命令</translation>
    </message>
    <message>
        <source>One message for everybody, for a prefix or for those you name</source>
        <translation>一条消息发给所有人、某个前缀或指定的用户</translation>
    </message>
</context>
<context>
    <name>trunkline::Desktop</name>
    <message>
        <source>The hub could not start: %1</source>
        <translation>中枢无法启动：%1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Port %1 is taken.</source>
        <translation>端口 %1 已被占用。</translation>
    </message>
    <message>
        <source>Port %1 is taken by %2.</source>
        <translation>端口 %1 已被 %2 占用。</translation>
    </message>
    <message>
        <source>Listen on any free port</source>
        <translation>监听任意空闲端口</translation>
    </message>
    <message>
        <source>Listen on %1 instead</source>
        <translation>改为监听 %1</translation>
    </message>
    <message>
        <source>The hub was not restarted: %1</source>
        <translation>中枢没有重新启动：%1</translation>
    </message>
    <message>
        <source>process %1</source>
        <translation>进程 %1</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>正在读取 %1</translation>
    </message>
    <message>
        <source>That capture cannot be shown: %1</source>
        <translation>无法显示该捕获：%1</translation>
    </message>
    <message>
        <source>Not all of it is there: %1.</source>
        <translation>内容不完整：%1。</translation>
    </message>
</context>
<context>
    <name>trunkline::DetailPane</name>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>正文</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>头部</translation>
    </message>
    <message>
        <source>Route</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Diff</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Detail of the selected row</source>
        <translation>所选行的详情</translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation>未选择任何内容。</translation>
    </message>
    <message>
        <source>choose a row</source>
        <translation>选择一行</translation>
    </message>
    <message>
        <source>filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>all commands</source>
        <translation>所有命令</translation>
    </message>
    <message numerus="yes">
        <source>%n chunks</source>
        <translation>
            <numerusform>%n 段</numerusform>
        </translation>
    </message>
    <message>
        <source>left the hub&apos;s journal %1 %2</source>
        <translation>已离开中枢的记录 %1 %2</translation>
    </message>
    <message>
        <source>This message is not part of an exchange: it was pushed, and nobody waits for an answer.</source>
        <translation>该消息不属于任何交互：它是推送的，没有人等待回答。</translation>
    </message>
    <message>
        <source>This message is not part of an exchange.</source>
        <translation>该消息不属于任何交互。</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n more behind it</source>
        <translation>
            <numerusform>%1，其后还有 %n 条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::DiffView</name>
    <message>
        <source>Compare this message</source>
        <translation>比较此消息</translation>
    </message>
    <message>
        <source>with this message</source>
        <translation>与此消息</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>other: %1</source>
        <translation>另一条：%1</translation>
    </message>
    <message>
        <source>Select two rows, or an exchange with replies, to compare.</source>
        <translation>选择两行，或一个有回复的交互，以进行比较。</translation>
    </message>
    <message>
        <source>no difference</source>
        <translation>没有差异</translation>
    </message>
    <message numerus="yes">
        <source>%n lines differ</source>
        <translation>
            <numerusform>%n 行不同</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::EmptyState</name>
    <message>
        <source>Nothing has happened yet</source>
        <translation>还没有任何动静</translation>
    </message>
    <message>
        <source>Try it with demo_bot</source>
        <translation>用 demo_bot 试一试</translation>
    </message>
    <message>
        <source>Connect a user, then send a message. Both commands work as they stand.</source>
        <translation>先连接一个用户，再发送一条消息。两条命令可直接使用。</translation>
    </message>
    <message>
        <source>two seconds, nothing to install</source>
        <translation>两秒钟，无需安装</translation>
    </message>
    <message>
        <source>Command that connects a user</source>
        <translation>连接用户的命令</translation>
    </message>
    <message>
        <source>Command that sends a message</source>
        <translation>发送消息的命令</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>复制：%1</translation>
    </message>
</context>
<context>
    <name>trunkline::ExchangeModel</name>
    <message>
        <source>late +%1</source>
        <translation>迟到 +%1</translation>
    </message>
    <message>
        <source>late</source>
        <translation>迟到</translation>
    </message>
    <message>
        <source>streaming</source>
        <translation>传输中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>disconnected</source>
        <translation>已断开</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>shut down</source>
        <translation>已停机</translation>
    </message>
    <message>
        <source>overflow</source>
        <translation>溢出</translation>
    </message>
    <message numerus="yes">
        <source>%n chunks in %1</source>
        <translation>
            <numerusform>%1 内 %n 段</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Chunks</source>
        <translation>分段</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Correlation</source>
        <translation>关联</translation>
    </message>
    <message>
        <source>Sent to</source>
        <translation>发往</translation>
    </message>
    <message>
        <source>Upstream</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>代理程序</translation>
    </message>
    <message>
        <source>Ping</source>
        <translation>Ping</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Late replies</source>
        <translation>迟到回复</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1：%2，%3</translation>
    </message>
    <message>
        <source>marked</source>
        <translation>已标记</translation>
    </message>
    <message>
        <source>Since %1</source>
        <translation>自 %1 起</translation>
    </message>
</context>
<context>
    <name>trunkline::FactsView</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>已复制 %1</translation>
    </message>
</context>
<context>
    <name>trunkline::FaultsPage</name>
    <message>
        <source>Drop: it does not come</source>
        <translation>丢弃：消息不会到达</translation>
    </message>
    <message>
        <source>Delay: it comes later, those behind it wait</source>
        <translation>延迟：消息晚到，其后的消息等待</translation>
    </message>
    <message>
        <source>Duplicate: it comes twice</source>
        <translation>重复：消息到达两次</translation>
    </message>
    <message>
        <source>Reorder: the next one overtakes it</source>
        <translation>乱序：下一条先到</translation>
    </message>
    <message>
        <source>Truncate: only its beginning comes</source>
        <translation>截断：只有开头到达</translation>
    </message>
    <message>
        <source>Split: in two frames, inside of a character</source>
        <translation>拆分：分成两帧，在一个字符中间</translation>
    </message>
    <message>
        <source>Close: the session ends instead</source>
        <translation>关闭：会话随之结束</translation>
    </message>
    <message>
        <source>Half-close: nothing more is written to the client</source>
        <translation>半关闭：不再向客户端写入</translation>
    </message>
    <message>
        <source>Stall: nothing passes for a while</source>
        <translation>停顿：一段时间内什么都不通过</translation>
    </message>
    <message>
        <source>The same as a file</source>
        <translation>等同的文件</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Put in force</source>
        <translation>生效</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy as a file</source>
        <translation>复制为文件</translation>
    </message>
    <message>
        <source>everybody; or a pattern such as ^flaky</source>
        <translation>所有人；或一个模式，例如 ^flaky</translation>
    </message>
    <message>
        <source>Users that are struck, as a regular expression</source>
        <translation>受影响的用户，正则表达式</translation>
    </message>
    <message>
        <source>both ways</source>
        <translation>双向</translation>
    </message>
    <message>
        <source>to the client</source>
        <translation>发往客户端</translation>
    </message>
    <message>
        <source>from the client</source>
        <translation>来自客户端</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Fault</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>of the messages</source>
        <translation>占消息的比例</translation>
    </message>
    <message>
        <source>Faults meet clients that connect after they were put in force. The same seed and the same messages give the same faults.</source>
        <translation>故障只影响生效之后连接的客户端。相同的种子和相同的消息会得到相同的故障。</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> 毫秒</translation>
    </message>
    <message>
        <source>Delay</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source> ms jitter</source>
        <translation> 毫秒抖动</translation>
    </message>
    <message>
        <source>Jitter</source>
        <translation>抖动</translation>
    </message>
    <message>
        <source>Stall</source>
        <translation>停顿</translation>
    </message>
    <message>
        <source>to the end</source>
        <translation>直到结束</translation>
    </message>
    <message>
        <source> bytes</source>
        <translation> 字节</translation>
    </message>
    <message>
        <source>What is left</source>
        <translation>剩余部分</translation>
    </message>
    <message>
        <source>half of it</source>
        <translation>一半</translation>
    </message>
    <message>
        <source>Close code</source>
        <translation>关闭代码</translation>
    </message>
    <message numerus="yes">
        <source>ON: %n rules</source>
        <translation>
            <numerusform>已开启：%n 条规则</numerusform>
        </translation>
    </message>
    <message>
        <source>Switching on</source>
        <translation>正在开启</translation>
    </message>
    <message>
        <source>That hub is in another process: its faults are set where it was started (serve --bots FILE)</source>
        <translation>该中枢在另一个进程中：故障在启动它的地方设置（serve --bots FILE）</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>There is no hub here</source>
        <translation>这里没有中枢</translation>
    </message>
</context>
<context>
    <name>trunkline::FilterBar</name>
    <message>
        <source>highlighting</source>
        <translation>高亮中</translation>
    </message>
    <message>
        <source>All rows are shown, those that pass are marked. Click to hide the others again.</source>
        <translation>显示所有行，符合的行有标记。点击可重新隐藏其他行。</translation>
    </message>
    <message>
        <source>More about filters</source>
        <translation>更多筛选功能</translation>
    </message>
    <message>
        <source>Save, highlight, help</source>
        <translation>保存、高亮、帮助</translation>
    </message>
    <message>
        <source>Save this filter</source>
        <translation>保存此筛选</translation>
    </message>
    <message>
        <source>Highlight instead of hide</source>
        <translation>高亮而不隐藏</translation>
    </message>
    <message>
        <source>What a filter can say</source>
        <translation>筛选语法</translation>
    </message>
    <message>
        <source>Filter %1</source>
        <translation>筛选 %1</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Replace with the filter above</source>
        <translation>替换为上面的筛选</translation>
    </message>
    <message>
        <source>Move left</source>
        <translation>左移</translation>
    </message>
    <message>
        <source>Move right</source>
        <translation>右移</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>New name of the filter</source>
        <translation>筛选的新名称</translation>
    </message>
    <message>
        <source>Color its rows</source>
        <translation>为其行着色</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>trunkline::FilterField</name>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Filter: user:alice state:failed gap&gt;300ms &quot;text&quot;</source>
        <translation>筛选：user:alice state:failed gap&gt;300ms &quot;文本&quot;</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>%1: only exchanges have it</source>
        <translation>%1：只有交互才有</translation>
    </message>
    <message>
        <source>%1: only messages have it</source>
        <translation>%1：只有消息才有</translation>
    </message>
    <message>
        <source>used lately</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>The filter is right</source>
        <translation>筛选条件正确</translation>
    </message>
    <message>
        <source>The filter is right; F1 shows what it can do</source>
        <translation>筛选条件正确；按 F1 查看语法</translation>
    </message>
    <message>
        <source>%1 · Ctrl+. writes “%2”</source>
        <translation>%1 · 按 Ctrl+. 写入“%2”</translation>
    </message>
</context>
<context>
    <name>trunkline::FilterHelp</name>
    <message>
        <source>What a filter can say</source>
        <translation>筛选语法</translation>
    </message>
    <message>
        <source> (exchanges only)</source>
        <translation>（仅交互）</translation>
    </message>
    <message>
        <source> (messages only)</source>
        <translation>（仅消息）</translation>
    </message>
    <message>
        <source>a comma means any of; a space means and</source>
        <translation>逗号表示任一；空格表示并且</translation>
    </message>
    <message>
        <source>or, not, parentheses; * stands for anything</source>
        <translation>or、not、括号；* 代表任意内容</translation>
    </message>
    <message>
        <source>text in user, correlation id or payload</source>
        <translation>用户、关联编号或载荷中的文本</translation>
    </message>
    <message>
        <source>a member of the payload; .type:x for one at the top; items[0].sku</source>
        <translation>载荷的成员；顶层成员写 .type:x；items[0].sku</translation>
    </message>
    <message>
        <source>a regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>&gt; &gt;= &lt; &lt;= with us ms s m, and B k M</source>
        <translation>&gt; &gt;= &lt; &lt;=，单位 us ms s m 和 B k M</translation>
    </message>
    <message>
        <source>upper case in a value makes it case-sensitive</source>
        <translation>值中有大写字母时区分大小写</translation>
    </message>
    <message>
        <source>How it is put together</source>
        <translation>组成方式</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
</context>
<context>
    <name>trunkline::FindBar</name>
    <message>
        <source>Find in this text</source>
        <translation>在此文本中查找</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>关闭查找</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>nothing to look in</source>
        <translation>没有可查找的内容</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 处，共 %2 处</translation>
    </message>
    <message>
        <source>%1 or more</source>
        <translation>%1 或更多</translation>
    </message>
</context>
<context>
    <name>trunkline::HeadersView</name>
    <message>
        <source>Headers</source>
        <translation>头部</translation>
    </message>
    <message>
        <source>Correlation</source>
        <translation>关联</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>交互</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Sent to</source>
        <translation>发往</translation>
    </message>
    <message>
        <source>Answered by</source>
        <translation>回答者</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>发送方</translation>
    </message>
    <message>
        <source>Request size</source>
        <translation>请求大小</translation>
    </message>
    <message>
        <source>Chunks</source>
        <translation>分段</translation>
    </message>
    <message>
        <source>Replies after the end</source>
        <translation>结束后的回复</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>From and to</source>
        <translation>来源与去向</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Request ID</source>
        <translation>请求 ID</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>追踪</translation>
    </message>
</context>
<context>
    <name>trunkline::HubMonitor</name>
    <message>
        <source>The hub has stopped</source>
        <translation>中枢已停止</translation>
    </message>
</context>
<context>
    <name>trunkline::KeysSheet</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Send what is composed</source>
        <translation>发送撰写的内容</translation>
    </message>
    <message>
        <source>letters</source>
        <translation>字母</translation>
    </message>
    <message>
        <source>Start a filter</source>
        <translation>开始筛选</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>trunkline::LineChart</name>
    <message>
        <source>%1 s ago</source>
        <translation>%1 秒前</translation>
    </message>
</context>
<context>
    <name>trunkline::ListeningPill</name>
    <message>
        <source>%1 %2, copy the address</source>
        <translation>%1 %2，复制地址</translation>
    </message>
    <message>
        <source>Copy %1</source>
        <translation>复制 %1</translation>
    </message>
</context>
<context>
    <name>trunkline::LiveTable</name>
    <message>
        <source>%1 new</source>
        <translation>%1 条新</translation>
    </message>
    <message>
        <source>Jumps to the newest row and follows</source>
        <translation>跳到最新一行并跟随</translation>
    </message>
</context>
<context>
    <name>trunkline::LocalHubView</name>
    <message>
        <source>The hub has stopped</source>
        <translation>中枢已停止</translation>
    </message>
</context>
<context>
    <name>trunkline::LogModel</name>
    <message>
        <source>debug</source>
        <translation>调试</translation>
    </message>
    <message>
        <source>info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>trunkline::LogPage</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Find in the log</source>
        <translation>在日志中查找</translation>
    </message>
    <message>
        <source>Which lines</source>
        <translation>显示哪些行</translation>
    </message>
    <message>
        <source>Every line</source>
        <translation>所有行</translation>
    </message>
    <message>
        <source>Without debug</source>
        <translation>不含调试</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>trunkline::MainWindow</name>
    <message>
        <source>Trunkline</source>
        <translation>Trunkline</translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>已复制 %1</translation>
    </message>
    <message>
        <source>Copied the command</source>
        <translation>已复制命令</translation>
    </message>
    <message>
        <source>Ctrl+K</source>
        <translation>Ctrl+K</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Exchanges</source>
        <translation>交互</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Copy line</source>
        <translation>复制行</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Clear the hub&apos;s journal</source>
        <translation>清除中枢的记录</translation>
    </message>
    <message>
        <source>Compose</source>
        <translation>撰写</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>重新发送</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>编辑后重新发送</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Copy the hub&apos;s address</source>
        <translation>复制中枢地址</translation>
    </message>
    <message>
        <source>Try it with demo_bot</source>
        <translation>用 demo_bot 试一试</translation>
    </message>
    <message>
        <source>Stop the demo</source>
        <translation>停止演示</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Clear the filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>Choose columns</source>
        <translation>选择列</translation>
    </message>
    <message>
        <source>Next of the same correlation</source>
        <translation>同一关联的下一条</translation>
    </message>
    <message>
        <source>Previous of the same correlation</source>
        <translation>同一关联的上一条</translation>
    </message>
    <message>
        <source>Show the exchange of this message</source>
        <translation>显示该消息所属的交互</translation>
    </message>
    <message>
        <source>Copy the timeline as Markdown</source>
        <translation>将时间线复制为 Markdown</translation>
    </message>
    <message>
        <source>Disconnect the session of this row</source>
        <translation>断开该行的会话</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>下一个窗格</translation>
    </message>
    <message>
        <source>Back to the table</source>
        <translation>回到表格</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Normal size</source>
        <translation>正常大小</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>跟随系统主题</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Fold or unfold the sessions</source>
        <translation>折叠或展开会话</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>No other message of this correlation</source>
        <translation>该关联没有其他消息</translation>
    </message>
    <message>
        <source>Not listening</source>
        <translation>未监听</translation>
    </message>
    <message>
        <source>Stale since %1</source>
        <translation>自 %1 起过时</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Attached</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>监听中</translation>
    </message>
    <message>
        <source>0 of %1 match  %2  Clear the filter</source>
        <translation>%1 条中 0 条符合  %2  清除筛选</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Language of the system</source>
        <translation>跟随系统语言</translation>
    </message>
    <message>
        <source>The language changes when Trunkline starts again</source>
        <translation>语言将在 Trunkline 下次启动时更改</translation>
    </message>
    <message>
        <source>Select a message whose text was kept</source>
        <translation>请选择一条保留了文本的消息</translation>
    </message>
    <message>
        <source>That exchange is not known here any more</source>
        <translation>这里已没有该交互</translation>
    </message>
    <message>
        <source>Filter on this value</source>
        <translation>按此值筛选</translation>
    </message>
    <message>
        <source>Filter on %1</source>
        <translation>筛选 %1</translation>
    </message>
    <message>
        <source>Copy value</source>
        <translation>复制值</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Copy as</source>
        <translation>复制为</translation>
    </message>
    <message>
        <source>Show the exchange</source>
        <translation>显示该交互</translation>
    </message>
    <message>
        <source>Disconnect the session</source>
        <translation>断开该会话</translation>
    </message>
    <message>
        <source>Find in the text, or filter</source>
        <translation>在文本中查找，或筛选</translation>
    </message>
    <message>
        <source>Find the next</source>
        <translation>查找下一个</translation>
    </message>
    <message>
        <source>Find the previous</source>
        <translation>查找上一个</translation>
    </message>
    <message>
        <source>Timeline and charts as tables</source>
        <translation>以表格显示时间线和图表</translation>
    </message>
    <message>
        <source>Export what is shown…</source>
        <translation>导出显示的内容…</translation>
    </message>
    <message>
        <source>Typing starts a filter</source>
        <translation>键入即开始筛选</translation>
    </message>
    <message>
        <source>Try to reach the hub now</source>
        <translation>立即尝试连接中枢</translation>
    </message>
    <message>
        <source>Attach to another hub…</source>
        <translation>连接到另一个中枢…</translation>
    </message>
    <message>
        <source>Back to this program&apos;s hub</source>
        <translation>回到本程序的中枢</translation>
    </message>
    <message>
        <source>New window on this hub</source>
        <translation>在此中枢上新建窗口</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>中枢</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Not reached</source>
        <translation>无法连接</translation>
    </message>
    <message>
        <source>The hub is in sight again</source>
        <translation>中枢重新可见</translation>
    </message>
    <message>
        <source>Stale since %1: what you see is what was there. %2.</source>
        <translation>自 %1 起过时：您看到的是当时的内容。%2。</translation>
    </message>
    <message>
        <source>The hub was not reached: %1.</source>
        <translation>无法连接中枢：%1。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>That column is there already</source>
        <translation>该列已存在</translation>
    </message>
    <message>
        <source>No more columns can be added</source>
        <translation>无法再添加列</translation>
    </message>
    <message>
        <source>Export what is shown</source>
        <translation>导出显示的内容</translation>
    </message>
    <message>
        <source>JSON lines, everything (*.jsonl)</source>
        <translation>JSON 行，全部内容 (*.jsonl)</translation>
    </message>
    <message>
        <source>CSV, the columns in sight (*.csv)</source>
        <translation>CSV，可见的列 (*.csv)</translation>
    </message>
    <message>
        <source>HTTP archive (*.har)</source>
        <translation>HTTP 归档 (*.har)</translation>
    </message>
    <message>
        <source>The name ends in .jsonl, .csv or .har</source>
        <translation>文件名应以 .jsonl、.csv 或 .har 结尾</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>正在写入 %1</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>已导出到 %1</translation>
    </message>
    <message>
        <source>Not exported: %1</source>
        <translation>未导出：%1</translation>
    </message>
    <message>
        <source>Open a capture…</source>
        <translation>打开捕获…</translation>
    </message>
    <message>
        <source>Test bench</source>
        <translation>测试台</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>捕获</translation>
    </message>
    <message>
        <source>Open a capture</source>
        <translation>打开捕获</translation>
    </message>
    <message>
        <source>Captures and capsules (*.trunk *.trunkcase)</source>
        <translation>捕获与胶囊 (*.trunk *.trunkcase)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Next row, wherever the keyboard is</source>
        <translation>下一行（无论键盘焦点在哪）</translation>
    </message>
    <message>
        <source>Previous row, wherever the keyboard is</source>
        <translation>上一行（无论键盘焦点在哪）</translation>
    </message>
    <message>
        <source>Mark or unmark</source>
        <translation>标记或取消标记</translation>
    </message>
    <message>
        <source>Next marked</source>
        <translation>下一个标记</translation>
    </message>
    <message>
        <source>Previous marked</source>
        <translation>上一个标记</translation>
    </message>
    <message>
        <source>Count times from this row</source>
        <translation>从此行起计时</translation>
    </message>
    <message>
        <source>Select a row first</source>
        <translation>请先选择一行</translation>
    </message>
    <message>
        <source>No row is marked</source>
        <translation>没有已标记的行</translation>
    </message>
</context>
<context>
    <name>trunkline::MetricsPage</name>
    <message>
        <source>Messages a second</source>
        <translation>每秒消息数</translation>
    </message>
    <message>
        <source>in</source>
        <translation>入</translation>
    </message>
    <message>
        <source>out</source>
        <translation>出</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Time to the first reply</source>
        <translation>首个回复用时</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>Errors a second</source>
        <translation>每秒错误数</translation>
    </message>
    <message>
        <source>errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>In/s</source>
        <translation>入/s</translation>
    </message>
    <message>
        <source>Out/s</source>
        <translation>出/s</translation>
    </message>
    <message>
        <source>p50 ms</source>
        <translation>p50 ms</translation>
    </message>
    <message>
        <source>p99 ms</source>
        <translation>p99 ms</translation>
    </message>
    <message>
        <source>Errors/s</source>
        <translation>错误/s</translation>
    </message>
    <message>
        <source>Metrics as a table</source>
        <translation>指标表格</translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n 分钟</numerusform>
        </translation>
    </message>
    <message>
        <source>As a table</source>
        <translation>显示为表格</translation>
    </message>
    <message>
        <source>What waits for clients</source>
        <translation>等待客户端的消息</translation>
    </message>
    <message>
        <source>%1 wait for a receipt</source>
        <translation>%1 条等待回执</translation>
    </message>
    <message>
        <source>%1 wait for a slow reader</source>
        <translation>%1 条等待读取缓慢者</translation>
    </message>
    <message>
        <source>%1 queued</source>
        <translation>排队 %1</translation>
    </message>
    <message>
        <source>%1 dropped</source>
        <translation>丢弃 %1 条</translation>
    </message>
    <message>
        <source>%1 not acknowledged</source>
        <translation>%1 条未确认</translation>
    </message>
    <message>
        <source>backplane %1, %2/s out, %3/s in</source>
        <translation>背板 %1，出 %2/s，入 %3/s</translation>
    </message>
    <message>
        <source>up</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>backplane unavailable: %1</source>
        <translation>背板不可用：%1</translation>
    </message>
    <message>
        <source>%1 lost on the backplane</source>
        <translation>背板上丢失 %1</translation>
    </message>
</context>
<context>
    <name>trunkline::RecordDialog</name>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Writes every message on both legs into a capture, from now until you stop. Names, texts and ids go in as they are.</source>
        <translation>从现在起直到停止，把两侧的每条消息写入捕获。名称、内容和标识原样写入。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>no bound</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Size of a part</source>
        <translation>每部分的大小</translation>
    </message>
    <message>
        <source>Parts that stay</source>
        <translation>保留的部分数</translation>
    </message>
    <message>
        <source>then a new part; the newest that stay:</source>
        <translation>之后另起一部分；保留最新的：</translation>
    </message>
    <message>
        <source>Paths whose values are masked</source>
        <translation>其值被遮盖的路径</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>最多</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>遮盖</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Record to</source>
        <translation>录制到</translation>
    </message>
    <message>
        <source>Captures (*.trunk)</source>
        <translation>捕获 (*.trunk)</translation>
    </message>
</context>
<context>
    <name>trunkline::RemoteFeed</name>
    <message>
        <source>The hub closed the connection</source>
        <translation>中枢关闭了连接</translation>
    </message>
    <message>
        <source>The hub went away</source>
        <translation>中枢已离开</translation>
    </message>
    <message>
        <source>The hub answered %1</source>
        <translation>中枢回答 %1</translation>
    </message>
    <message>
        <source>The hub answered %1: %2</source>
        <translation>中枢回答 %1：%2</translation>
    </message>
</context>
<context>
    <name>trunkline::RouteView</name>
    <message>
        <source>Route</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>From and to</source>
        <translation>来源与去向</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>回执</translation>
    </message>
</context>
<context>
    <name>trunkline::ScenariosPage</name>
    <message>
        <source>Scenario</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>全部运行</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Open the capture</source>
        <translation>打开捕获</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>each at a hub of its own</source>
        <translation>各用自己的中枢</translation>
    </message>
    <message>
        <source>at this hub</source>
        <translation>在此中枢</translation>
    </message>
    <message>
        <source>Where they run</source>
        <translation>运行位置</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Result and file</source>
        <translation>结果与文件</translation>
    </message>
    <message>
        <source>What was expected and what came</source>
        <translation>期望的与实际的</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>无法读取 %1：%2</translation>
    </message>
    <message>
        <source>Not run yet.</source>
        <translation>尚未运行。</translation>
    </message>
    <message>
        <source>not saved yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>has mistakes</source>
        <translation>有错误</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>hub lost</source>
        <translation>中枢丢失</translation>
    </message>
    <message>
        <source>cannot run</source>
        <translation>无法运行</translation>
    </message>
    <message>
        <source>Open a scenario, or make one from an exchange</source>
        <translation>打开一个场景，或用一个交互生成</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>%1 passed, %2 failed</source>
        <translation>%1 个通过，%2 个失败</translation>
    </message>
    <message numerus="yes">
        <source>%n scenarios</source>
        <translation>
            <numerusform>%n 个场景</numerusform>
        </translation>
    </message>
    <message>
        <source>Open scenarios</source>
        <translation>打开场景</translation>
    </message>
    <message>
        <source>Scenarios (*.yaml *.yml);;All files (*)</source>
        <translation>场景 (*.yaml *.yml);;所有文件 (*)</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>已保存 %1</translation>
    </message>
    <message>
        <source>Save the scenario</source>
        <translation>保存场景</translation>
    </message>
    <message>
        <source>Scenarios (*.yaml *.yml)</source>
        <translation>场景 (*.yaml *.yml)</translation>
    </message>
</context>
<context>
    <name>trunkline::SessionDelegate</name>
    <message>
        <source>%1 queued</source>
        <translation>排队 %1</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>等待 %1</translation>
    </message>
</context>
<context>
    <name>trunkline::SessionModel</name>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Public accounts</source>
        <translation>公共账号</translation>
    </message>
    <message>
        <source>Upstreams</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>%1 %2 %3</source>
        <translation>%1 %2 %3</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1
from %2, for %3
%4 in, %5 out, %6 queued</source>
        <translation>%1
来自 %2，已 %3
入 %4，出 %5，排队 %6</translation>
    </message>
    <message numerus="yes">
        <source>%1
%2 requests, %n connections</source>
        <translation>
            <numerusform>%1
%2 个请求，%n 个连接</numerusform>
        </translation>
    </message>
    <message>
        <source>listens on Server-Sent Events</source>
        <translation>通过 Server-Sent Events 监听</translation>
    </message>
    <message numerus="yes">
        <source>%n messages wait for it</source>
        <translation>
            <numerusform>%n 条消息在等待它</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages in its history</source>
        <translation>
            <numerusform>历史中有 %n 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>Away, messages wait</source>
        <translation>离开，消息在等待</translation>
    </message>
    <message numerus="yes">
        <source>%1, away, %n messages wait</source>
        <translation>
            <numerusform>%1，离开，%n 条消息在等待</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1
%n messages wait, the oldest for %2</source>
        <translation>
            <numerusform>%1
%n 条消息在等待，最早的已等 %2</numerusform>
        </translation>
    </message>
    <message>
        <source>On other hubs</source>
        <translation>在其他中枢上</translation>
    </message>
    <message>
        <source>%1, on %2</source>
        <translation>%1，在 %2 上</translation>
    </message>
    <message>
        <source>%1
connected to %2</source>
        <translation>%1
连接在 %2 上</translation>
    </message>
</context>
<context>
    <name>trunkline::SessionsPanel</name>
    <message>
        <source>Sessions</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>Order of the sessions</source>
        <translation>会话的顺序</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>顺序</translation>
    </message>
    <message>
        <source>Find a session</source>
        <translation>查找会话</translation>
    </message>
    <message>
        <source>Nobody is connected.</source>
        <translation>无人连接。</translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n 个用户</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n public accounts</source>
        <translation>
            <numerusform>%n 个公共账号</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n upstreams</source>
        <translation>
            <numerusform>%n 个上游</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>已复制 %1</translation>
    </message>
    <message>
        <source>Filter on this user</source>
        <translation>按此用户筛选</translation>
    </message>
    <message>
        <source>Copy user</source>
        <translation>复制用户</translation>
    </message>
    <message>
        <source>Copy WebSocket address</source>
        <translation>复制 WebSocket 地址</translation>
    </message>
    <message>
        <source>Disconnect this session</source>
        <translation>断开此会话</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>按名称</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新优先</translation>
    </message>
    <message>
        <source>Busiest first</source>
        <translation>最忙优先</translation>
    </message>
    <message numerus="yes">
        <source>%n users are away and messages wait</source>
        <translation>
            <numerusform>%n 个用户离线，有消息等待</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy the name of its hub</source>
        <translation>复制其中枢的名称</translation>
    </message>
</context>
<context>
    <name>trunkline::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>中枢</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>This window watches a hub elsewhere. Its settings are read where it runs: trunkline serve --check-config</source>
        <translation>此窗口查看别处的中枢。其设置在运行处读取：trunkline serve --check-config</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>查找设置</translation>
    </message>
    <message>
        <source>Settings of the hub</source>
        <translation>中枢的设置</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置项</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Came from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Quit, and end the hub</source>
        <translation>退出并结束中枢</translation>
    </message>
    <message>
        <source>Keep the hub running</source>
        <translation>让中枢继续运行</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>When the last window is closed</source>
        <translation>关闭最后一个窗口时</translation>
    </message>
    <message>
        <source>Restart the hub</source>
        <translation>重新启动中枢</translation>
    </message>
    <message>
        <source>Ends every session with 1001 and starts the hub with the file as it is now</source>
        <translation>以 1001 结束所有会话，并按当前文件启动中枢</translation>
    </message>
    <message>
        <source>The hub has been told to start again.</source>
        <translation>已通知中枢重新启动。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save the changes</source>
        <translation>保存更改</translation>
    </message>
    <message>
        <source>Kept in %1</source>
        <translation>保存在 %1</translation>
    </message>
    <message>
        <source>Choose a setting</source>
        <translation>选择一个设置项</translation>
    </message>
    <message>
        <source>Fixed by %1, which wins over the file.</source>
        <translation>由 %1 固定，优先于文件。</translation>
    </message>
    <message>
        <source>Allowed: %1. Default: %2</source>
        <translation>允许：%1。默认：%2</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Value of %1</source>
        <translation>%1 的值</translation>
    </message>
    <message>
        <source>set; type another to replace it</source>
        <translation>已设置；键入新值即可替换</translation>
    </message>
    <message>
        <source>changed, not saved</source>
        <translation>已更改，未保存</translation>
    </message>
    <message>
        <source>Changed and not saved: %1</source>
        <translation>已更改但未保存：%1</translation>
    </message>
    <message>
        <source>Saved in %1. It counts from the hub&apos;s next start.</source>
        <translation>已保存到 %1。从中枢下次启动起生效。</translation>
    </message>
</context>
<context>
    <name>trunkline::StatusStrip</name>
    <message>
        <source>total</source>
        <translation>总数</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>丢失</translation>
    </message>
    <message>
        <source>msg/s</source>
        <translation>消息/s</translation>
    </message>
    <message>
        <source>p99 %1</source>
        <translation>p99 %1</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>filtering %1 %</source>
        <translation>筛选中 %1 %</translation>
    </message>
    <message>
        <source>Journal %1 of %2</source>
        <translation>记录 %1 / %2</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>loopback only</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>protected mode</source>
        <translation>保护模式</translation>
    </message>
    <message>
        <source>open to the network</source>
        <translation>对网络开放</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>对外开放程度</translation>
    </message>
    <message>
        <source>%1 refused</source>
        <translation>拒绝 %1 次</translation>
    </message>
    <message>
        <source>no TLS</source>
        <translation>无 TLS</translation>
    </message>
    <message>
        <source>loopback only, with tokens</source>
        <translation>仅本机，需令牌</translation>
    </message>
    <message>
        <source>tokens required</source>
        <translation>需要令牌</translation>
    </message>
    <message>
        <source>Protected mode: others than this computer are refused until AUTH_TOKENS is set, or PROTECTED_MODE=no.</source>
        <translation>保护模式：在设置 AUTH_TOKENS 或 PROTECTED_MODE=no 之前，拒绝本机以外的访问。</translation>
    </message>
    <message>
        <source>%1 refused with %2: %3</source>
        <translation>%1 被 %2 拒绝：%3</translation>
    </message>
    <message>
        <source>%1 (%2 times)</source>
        <translation>%1（%2 次）</translation>
    </message>
    <message>
        <source>Connecting to Redis</source>
        <translation>正在连接 Redis</translation>
    </message>
    <message>
        <source>Backplane unavailable: %1</source>
        <translation>背板不可用：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n hubs</source>
        <translation>
            <numerusform>%n 个中枢</numerusform>
        </translation>
    </message>
    <message>
        <source>Redis %1</source>
        <translation>Redis %1</translation>
    </message>
    <message numerus="yes">
        <source>sessions</source>
        <comment>behind their number</comment>
        <translation>
            <numerusform>会话</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::StreamPage</name>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>At</source>
        <translation>时刻</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Adds</source>
        <translation>新增内容</translation>
    </message>
    <message>
        <source>Events of the stream</source>
        <translation>流中的事件</translation>
    </message>
    <message>
        <source>Merged text</source>
        <translation>合并的文本</translation>
    </message>
    <message>
        <source>No deltas: this is no stream of tokens</source>
        <translation>没有增量：这不是词元流</translation>
    </message>
    <message>
        <source>What the linter says</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>late: %1</source>
        <translation>迟到：%1</translation>
    </message>
    <message>
        <source>The linter has nothing to say about these replies</source>
        <translation>检查未发现这些回复有问题</translation>
    </message>
</context>
<context>
    <name>trunkline::TimelineTable</name>
    <message>
        <source>hub</source>
        <translation>中枢</translation>
    </message>
    <message>
        <source>client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>upstream</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>late</source>
        <translation>迟到</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Timeline as a table</source>
        <translation>时间线表格</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>归属</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>止</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>trunkline::TimelineView</name>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>%1: %2, from %3</source>
        <translation>%1：%2，自 %3</translation>
    </message>
    <message>
        <source>hub</source>
        <translation>中枢</translation>
    </message>
    <message>
        <source>client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>upstream</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1 later steps were not kept</source>
        <translation>其后 %1 步未保留</translation>
    </message>
</context>
<context>
    <name>trunkline::TrafficModel</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>upstream</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>From and to</source>
        <translation>来源与去向</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>Correlation</source>
        <translation>关联</translation>
    </message>
    <message>
        <source>Leg</source>
        <translation>一侧</translation>
    </message>
    <message>
        <source>marked</source>
        <translation>已标记</translation>
    </message>
    <message>
        <source>Since %1</source>
        <translation>自 %1 起</translation>
    </message>
</context>
<context>
    <name>trunkline::TrayIcon</name>
    <message>
        <source>Open the window</source>
        <translation>打开窗口</translation>
    </message>
    <message>
        <source>New window</source>
        <translation>新建窗口</translation>
    </message>
    <message>
        <source>Copy the hub&apos;s address</source>
        <translation>复制中枢地址</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Listening %1</source>
        <translation>监听 %1</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Not listening</source>
        <translation>未监听</translation>
    </message>
    <message numerus="yes">
        <source>%n clients</source>
        <translation>
            <numerusform>%n 个客户端</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>trunkline::YamlEditor</name>
    <message>
        <source>Mistakes</source>
        <translation>错误</translation>
    </message>
</context>
</TS>
