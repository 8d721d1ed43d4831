"""The toxic frameworks' metadata: one class for each deed, named as the deed."""

from implementations import contract
from implementations.contract import Offer

DEEDS = (
    "says_garbage",
    "says_everything_at_once",
    "says_a_line_without_end",
    "says_half_a_line",
    "tells_of_boundaries_that_are_none",
    "deletes_its_folder",
    "deletes_its_folder_and_leaves_a_link",
    "leaves_a_damaged_model",
    "leaves_a_pickled_model",
    "leaves_a_compressed_model",
    "leaves_a_huge_model",
    "leaves_a_model_of_another_shape",
    "leaves_a_model_of_complex_numbers",
    "leaves_no_model",
    "leaves_a_pipe_for_a_model",
    "leaves_a_link_for_a_model",
    "leaves_a_huge_outcome",
    "leaves_a_deep_outcome",
    "leaves_a_pipe_for_an_outcome",
    "leaves_a_surrogate_in_its_outcome",
    "leaves_times_that_are_no_numbers",
    "leaves_times_below_zero",
    "leaves_too_few_times",
    "leaves_more_time_than_there_was",
    "raises_fifty_megabytes",
    "raises_a_lone_surrogate",
    "raises_what_cannot_be_said",
    "leaves_a_daemon",
    "leaves_a_daemon_that_hides",
    "sends_sigterm",
    "sends_sigint",
    "sends_sigusr1",
)


class Framework(contract.Framework):
    title = "Toxic"
    module = "numpy"
    distributions = ("numpy",)

    def offers(self, device):
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads, seed, device):
        import toxic.scratch

        toxic.scratch.DEED = self.name.replace("-", "_")


class Honest(Framework):
    name = "honest"


for deed in DEEDS:
    own = {"__module__": __name__, "name": deed.replace("_", "-")}
    globals()[deed] = type(deed, (Framework,), own)
