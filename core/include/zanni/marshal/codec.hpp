#pragma once

namespace zanni::detail {

template <class... T>
struct TypeList {};

/// How one type is marshalled: write(), read(), and Parts, the types it consists of. Specialised for each kind of type,
/// and not defined for what can't be marshalled. read() takes any earlier content away, except for fields that the
/// sender's older struct doesn't have.
template <class T>
struct Codec;

}  // namespace zanni::detail
