// `synergy`: the mesh's command line.
#include "synergy/cli/program.hpp"

int main(int argc, char** argv) { return synergy::cli::run_program(argc, argv, SYNERGY_VERSION); }
