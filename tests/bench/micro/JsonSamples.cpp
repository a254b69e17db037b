// SPDX-License-Identifier: GPL-3.0-or-later
#include "JsonCandidates.h"

namespace trunkline::bench {

std::vector<ContractCase> contractCases()
{
    std::vector<ContractCase> cases;
    const auto inside = [&cases](const std::string &value, bool valid) {
        cases.push_back({R"({"user_id":"u1","data":{"a":)" + value + R"(},"z":0})", valid});
    };
    for (const char *value : {"123456789012345678901234567890", "-0.5e+10", "\"\\ud800\"", "\"\\u00e4\\n\"", "[]", "{}",
                              "[1,[2,{\"b\":null}]]", "\"\xc3\xa4\xf0\x9f\x98\x80\"", "true", "\"\""})
        inside(value, true);
    for (const char *value : {"[1,]", "tru", "01", "\"\\q\"", "\"\\u12g4\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\x01\"",
                              "1.", "-", "+1", "truex", "1 2", "{\"b\":1,}", "{\"b\"}", "{b:1}", "[1 2]", "nul", "\"x"})
        inside(value, false);
    cases.push_back({R"({"user_id":"u1","data":{}} x)", false});
    cases.push_back({R"({"user_id":"u1","data":{}}{})", false});
    cases.push_back({R"({"user_id":"u1","data":{})", false});
    cases.push_back({"{\"user_id\":\"u1\",\"data\":{}} \n", true});
    return cases;
}

namespace {

std::string record(int number)
{
    return R"({"id":)" + std::to_string(number) + R"(,"name":"item )" + std::to_string(number * 7919 % 1000)
         + R"(","price":12.75,"tags":["a","b"],"ok":true,"note":"line\nbreak"},)";
}

} // namespace

std::string sampleBody(size_t size, BodyShape shape)
{
    std::string body = R"({"user_id":"user-0001","event_type":"message","data":{"n":12345,)";
    const std::string close = R"("text":"")" "}}";
    if (shape == BodyShape::Records) {
        body += R"("records":[)";
        for (int i = 0; body.size() + record(i).size() + close.size() + 3 <= size; ++i)
            body += record(i);
        if (body.back() == ',')
            body.pop_back();
        body += "],";
    }
    body += R"("text":")";
    while (body.size() + 3 < size)
        body += "lorem ipsum "[body.size() % 12];
    return body + "\"}}";
}

} // namespace trunkline::bench
