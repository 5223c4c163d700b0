#pragma once

#include <cstddef>

namespace zanni::detail {

/// Memory for a message under way, aligned as by operator new. Messages are made on one thread and destroyed on
/// another, a few dozen million a second, all of a few sizes: each thread keeps some of each size, and exchanges them
/// with the others by the batch. Threads: any. Errors: throws std::bad_alloc. Limits: a thread keeps 128 of each size
/// at most, a process 2 MiB of each size that no thread keeps. Source: ADR 0017.
void* allocate_envelope(std::size_t bytes);
/// With the size that it was allocated with.
void free_envelope(void* memory, std::size_t bytes) noexcept;

/// More than 256 KiB of a size, that no thread keeps.
bool has_surplus_envelope_memory() noexcept;
/// Gives some of that back to the heap, for a tenth of a millisecond or so. For a process that has nothing else to do.
void trim_envelope_memory() noexcept;

}  // namespace zanni::detail
