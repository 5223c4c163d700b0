#pragma once

#include "stage.hpp"

/// Faults by which something runs out: a reader's time, file descriptors, memory.
namespace chaos {

/// One that never reads while others flood it: their processes and all brokers stay small, the others keep talking.
void block_in_flood(Stage& stage);
void stop_in_flood(Stage& stage);

/// A broker that can't open files any more serves those that it has.
void take_descriptors(Stage& stage);

/// An actor process that gets no more memory ends, and the parent of its actor is told.
void take_memory(Stage& stage);

}  // namespace chaos
