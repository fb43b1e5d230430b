/// \file
/// The checks, by group. Each function exercises the checks of its group and leaves what it finds
/// with the subject's findings.
#pragma once

#include <vector>

#include "omni/adapter_registry.h"
#include "testing/conformance/findings.h"
#include "testing/conformance/subject.h"

namespace omni::inline v0_1 {
namespace testing {
namespace conformance {

// Of the adapter as such.
void CheckInfo(const AdapterFactory& factory, const ChannelAdapter& adapter, Findings& findings);
void CheckConfiguration(const AdapterFactory& factory, const Vector& vector, Findings& findings);

// Of one vector.
void CheckExpectations(Subject& subject);
void CheckIntermediates(Subject& subject);
void CheckForgeries(Subject& subject);
void CheckForgedParts(Subject& subject);
void CheckCoverage(Subject& subject);
void CheckKeys(Subject& subject);
void CheckHeaders(Subject& subject);
void CheckTimes(Subject& subject);
void CheckEvents(Subject& subject);
void CheckDedupe(Subject& subject);
void CheckBatch(Subject& subject);
void CheckUnknown(Subject& subject);
void CheckHostileBodies(Subject& subject);
void CheckLeaks(Subject& subject);
void CheckRejections(Subject& subject);
void CheckRepetition(Subject& subject);
void CheckGateway(Subject& subject);

// Of all vectors together.
void CheckProofsOfOthers(std::vector<Subject>& subjects);
void CheckRelations(std::vector<Subject>& subjects);
void CheckSequences(std::vector<Subject>& subjects);
void CheckThreads(std::vector<Subject>& subjects);

}  // namespace conformance
}  // namespace testing
}  // namespace omni::inline v0_1
