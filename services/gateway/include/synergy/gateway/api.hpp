// The JSON API: which request is which question to the mesh, and what its answer is as JSON. What each route
// takes and gives is in services/gateway/README.md.
//
// answer() may be called by many threads at a time, and blocks for as long as the mesh takes.
#pragma once

#include <functional>
#include <string>

#include "synergy/client/asking.hpp"
#include "synergy/gateway/board.hpp"
#include "synergy/gateway/mesh.hpp"
#include "synergy/gateway/playback.hpp"
#include "synergy/gateway/request.hpp"
#include "synergy/gateway/stream_hub.hpp"

namespace synergy::gateway {

/// Lines of one answer at most, and where none is asked for.
inline constexpr std::uint32_t kMaxLines = 1000, kUsualLines = 100;

/// How long an app that is asked may take to answer, and from one look for it to the next.
inline constexpr Duration kAskTime = std::chrono::seconds(30),
                          kLookForOutcome = std::chrono::milliseconds(30);
/// With kLookForOutcome between two of them.
inline constexpr int kLooksUntilServed = 30;

inline constexpr std::string_view kRecordingPath = "/api/recording";

/// Borrows all of it. `playback`: of the recording that is shown in place of a mesh; nullptr: none is.
class Api {
 public:
  Api(std::string version, Mesh& mesh, const Board& board, StreamHub& hub, const Clock& clock,
      Playback* playback = nullptr)
      : version_(std::move(version)),
        mesh_(mesh),
        board_(board),
        hub_(hub),
        clock_(clock),
        playback_(playback) {}

  /// Whether the path is the API's at all.
  [[nodiscard]] static bool has(const Request& request);
  /// Of a request that the guard lets pass.
  [[nodiscard]] Answer answer(const Request& request);

 private:
  using Handler = Answer (Api::*)(const Request&);
  struct Route {
    std::string_view method, path;
    Handler handler;
  };
  static std::span<const Route> routes();

  Answer version(const Request&);
  Answer state(const Request&);
  Answer stream(const Request& request);
  Answer plan(const Request&);
  Answer plans(const Request& request);
  Answer one_plan(const Request& request);
  Answer results(const Request& request);
  Answer events(const Request& request);
  Answer tasks(const Request& request);
  Answer compare(const Request& request);
  Answer submit(const Request& request);
  Answer stop(const Request& request);
  Answer replan(const Request& request);
  Answer leave(const Request& request) { return move(request, DeviceMove::kLeave); }
  Answer join(const Request& request) { return move(request, DeviceMove::kJoin); }
  Answer move(const Request& request, DeviceMove move);
  // api_recording.cpp
  [[nodiscard]] std::string snapshot() const;
  /// Of a request that a recording can not fulfil.
  [[nodiscard]] std::optional<Answer> refused_of_recording(const Request& request) const;
  Answer recording(const Request&);
  Answer play(const Request& request);
  // api_frames.cpp
  Answer feed(const Request& request);
  Answer ask(const Request& request);
  /// The frames in a request's body; a sound is cut for the apps that take that sensor's.
  [[nodiscard]] Result<std::vector<schemas::FrameFeed>> frames_to_feed(const Request& request,
                                                                       const DeviceId& device,
                                                                       const std::string& sensor);
  /// The one frame that an app is asked about; `begin_s`: of a window of a longer sound, where in it.
  [[nodiscard]] Result<schemas::FrameFeed> frame_to_ask(const Request& request, const AppId& app,
                                                        std::optional<double>& begin_s);
  /// The plan that serves the app, and the sensor whose frames it takes.
  struct Served {
    schemas::CollaborationPlan plan;
    client::FedSensor sensor;
  };
  /// Right after a submission the board may not know of it yet: looks again for about a second.
  [[nodiscard]] Result<Served> wait_until_served(const AppId& app);
  [[nodiscard]] Result<client::Asked> wait_for_outcome(const AppId& app, const schemas::FrameRef& frame);

  [[nodiscard]] Result<std::vector<schemas::RunRecord>> newest_runs(const schemas::AppStatus& app,
                                                                    std::uint32_t limit);
  /// Fails where the body is not known, or has no such device.
  [[nodiscard]] Status check_device(const DeviceId& device) const;

  std::string version_;
  Mesh& mesh_;
  const Board& board_;
  StreamHub& hub_;
  const Clock& clock_;
  Playback* playback_;
};

}  // namespace synergy::gateway
