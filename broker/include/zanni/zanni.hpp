#pragma once

/// Everything that a program with actors needs.
#include <zanni/actor.hpp>
#include <zanni/actor_system.hpp>
#include <zanni/convention_status.hpp>
#include <zanni/host_main.hpp>
#include <zanni/join.hpp>
#include <zanni/module.hpp>
