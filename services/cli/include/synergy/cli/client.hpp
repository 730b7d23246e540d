// The commands speak in the words of the client library (services/client).
#pragma once

namespace synergy::client {}

namespace synergy::cli {
using namespace client;  // NOLINT(google-build-using-namespace): one vocabulary, of which this is the upper
                         // half
}
