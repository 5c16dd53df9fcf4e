"""Sample abstracts come from a small grammar: word lists per field, and sentence patterns with free slots.

In a pattern `{slot}` draws from a list or a number maker and `[a|b]` picks one wording. Every word here was
written for this project; names of models, places and institutes are invented. Below the words stand `Writer`,
which speaks this grammar, and `alter`, which turns a text into a copy of a known kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import ceil
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices from a seed, built on `Random.random` alone: its stream is the one Python promises to keep."""

    def __init__(self, *seeds: int) -> None:
        total = 0
        for seed in seeds:
            total = total * 1_000_003 + seed
        self._random = Random(total)

    def unit(self) -> float:
        """At least 0, below 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """Is true with the given probability."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Every item is equally likely."""
        return items[int(self.unit() * len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Up to `count` items in random order, none twice."""
        keyed = sorted((self.unit(), place) for place in range(len(items)))
        return [items[place] for _, place in keyed[:count]]


def _split(text: str, mark: str = "; ") -> tuple[str, ...]:
    return tuple(part.strip() for part in " ".join(text.split()).split(mark) if part.strip())


_FIELD_TEXTS: dict[str, dict[str, str]] = {
    "machine learning": {
        "things": """image encoders; diffusion samplers; graph neural networks; vision transformers; depth
            estimators; video generators; point-cloud detectors; mixture-of-experts layers; world models;
            object trackers; preference models; tabular classifiers; speech recognisers; retrieval agents;
            neural codecs""",
        "adj": """pretrained; distilled; lightly supervised; open-weight; quantised; equivariant;
            long-context; frozen""",
        "trait": """calibration error; zero-shot accuracy; sample efficiency; adversarial robustness; label
            sensitivity; memory use; inference latency; gradient variance; out-of-domain recall; rank
            correlation; attention sparsity; forgetting rate; reconstruction fidelity; sampling cost""",
        "means": """contrastive pretraining; low-rank adaptation; curriculum sampling; score distillation;
            self-training; weight averaging; masked reconstruction; prototype matching; token pruning; reward
            shaping; latent interpolation; gradient clipping; evidence retrieval; Monte Carlo dropout""",
        "act": """segmenting crowded street scenes; ranking candidate answers; planning from partial views;
            restoring damaged footage; detecting rare defects; merging specialist checkpoints; tracking hands
            in first-person video; captioning satellite tiles""",
        "material": """synthetic renderings; unlabelled web images; egocentric recordings; weak annotations;
            simulated rollouts; human preference votes; cached activations; hand-drawn sketches; noisy
            captions""",
        "cause": """label noise; distribution shift; shortcut learning; prompt wording; data duplication;
            early stopping; tokeniser choice; class imbalance; reward hacking; batch ordering""",
        "setting": """under tight memory budgets; on unseen domains; with only a handful of labels; on
            consumer hardware; in low light; after aggressive compression; when inputs are adversarial""",
        "subfield": """representation learning; embodied perception; generative modelling; trustworthy machine
            learning; efficient inference; multimodal reasoning""",
    },
    "cell biology": {
        "things": """yeast colonies; kinase cascades; stem-cell niches; membrane channels; bacterial biofilms;
            zebrafish embryos; gut organoids; transcription factors; mitochondrial networks; root tips; T-cell
            clones; ribosome variants; fungal spores; enhancer elements; lipid droplets""",
        "adj": """engineered; quiescent; drug-tolerant; heat-shocked; wild-type; auxotrophic; fluorescently
            tagged; ageing""",
        "trait": """division rate; membrane tension; expression noise; mutation load; binding affinity;
            metabolic flux; chromatin accessibility; migration speed; plasmid copy number; oxygen uptake;
            lineage bias; protein turnover; cytosolic pH; splice-site usage""",
        "means": """single-cell sequencing; optical trapping; ribosome profiling; lineage barcoding;
            cryo-electron tomography; pulse-chase labelling; microfluidic sorting; genome-wide knockdown;
            light-sheet imaging; isotope tracing; flow cytometry; proximity ligation; time-lapse microscopy;
            deep mutational scanning""",
        "act": """mapping regulatory circuits; sorting rare progenitors; reconstructing cell lineages;
            screening antifungal compounds; timing the first cell divisions; locating misfolded proteins;
            tracing nutrient exchange; predicting guide-RNA activity""",
        "material": """frozen biopsies; transcript counts; time-lapse stacks; knockout libraries;
            donor-matched cultures; proteomic spectra; barcode reads; immunostained sections; patch-clamp
            traces""",
        "cause": """nutrient starvation; replication stress; mechanical crowding; quorum sensing; epigenetic
            memory; codon bias; oxidative damage; gene duplication; phage predation; circadian timing""",
        "setting": """at the wound edge; during early development; in three-dimensional culture; after
            repeated passaging; under anaerobic growth; in aged tissue; at sublethal doses""",
        "subfield": """developmental genetics; systems biology; cell mechanics; microbial physiology;
            functional genomics; structural biology""",
    },
    "astronomy": {
        "things": """wide binaries; dwarf galaxies; globular clusters; pulsar glitches; debris discs; hot
            Jupiters; stellar streams; fast radio bursts; white dwarfs; quasar jets; molecular clouds; brown
            dwarfs; comet tails; Cepheid variables; galaxy groups""",
        "adj": """metal-poor; tidally locked; high-redshift; nearby; rapidly rotating; dust-obscured;
            isolated; magnetised""",
        "trait": """orbital eccentricity; surface metallicity; rotation period; dust fraction; spectral slope;
            mass loss; radial velocity scatter; halo concentration; accretion rate; polarisation angle;
            infrared excess; limb darkening; magnetic braking; stellar age""",
        "means": """isochrone fitting; phase-resolved spectroscopy; difference imaging; very-long-baseline
            interferometry; transit timing; N-body integration; photometric stacking; asteroseismology;
            adaptive optics imaging; matched filtering; astrometric modelling; dust radiative transfer;
            speckle masking""",
        "act": """dating the outer disc; weighing compact companions; finding faint moons; tracing past
            mergers; calibrating the distance ladder; separating foreground stars; timing millisecond pulsars;
            charting intergalactic gas""",
        "material": """archival photographic plates; multi-epoch light curves; slitless spectra; survey
            alerts; radio visibilities; parallax catalogues; deep infrared mosaics; occultation timings; sky
            brightness logs""",
        "cause": """tidal stripping; stellar activity; ram pressure; magnetic reconnection; dust reddening;
            dynamical friction; photoevaporation; spiral forcing; cosmic variance; gravitational lensing""",
        "setting": """in the outer halo; near the Galactic plane; beyond the snow line; at redshifts above
            two; in crowded fields; during quiescence; inside the local bubble""",
        "subfield": """stellar archaeology; planet formation; time-domain astronomy; galactic dynamics;
            high-energy astrophysics; observational cosmology""",
    },
    "materials science": {
        "things": """perovskite films; grain boundaries; metallic glasses; silicon anodes; carbon fibres;
            hydrogel membranes; solid electrolytes; ceramic coatings; moiré bilayers; zeolite catalysts;
            shape-memory alloys; polymer blends; porous concretes; ferroelectric crystals; solder joints""",
        "adj": """annealed; nanostructured; lead-free; ion-implanted; additively printed; strained; amorphous;
            fatigued""",
        "trait": """fracture toughness; carrier mobility; thermal conductivity; ionic transport; yield stress;
            defect density; optical band gap; creep rate; surface roughness; cycling stability; residual
            strain; hydrogen permeability; dielectric loss; wear resistance""",
        "means": """density functional theory; nanoindentation; phase-field simulation; impedance
            spectroscopy; laser sintering; neutron diffraction; atom-probe tomography; combinatorial
            sputtering; cluster expansion; digital image correlation; acoustic emission sensing; molecular
            dynamics; electron ptychography""",
        "act": """predicting crack paths; designing stable alloys; lowering sintering temperatures; imaging
            buried interfaces; recycling composite waste; tuning magnetic order; growing defect-free wafers;
            sealing microscopic leaks""",
        "material": """diffraction patterns; fatigue records; electron micrographs; legacy phase diagrams;
            calorimetry traces; tensile curves; furnace logs; computed band structures; failed synthesis
            notes""",
        "cause": """vacancy formation; grain growth; moisture uptake; lattice mismatch; thermal cycling;
            impurity segregation; interfacial slip; hydrogen embrittlement; sub-surface porosity; stacking
            disorder""",
        "setting": """at cryogenic temperatures; under cyclic loading; in humid air; above the glass
            transition; near the percolation threshold; in nanometre-thin layers; during rapid cooling""",
        "subfield": """solid-state chemistry; alloy design; energy storage; soft-matter physics; thin-film
            growth; structural engineering""",
    },
    "economics": {
        "things": """rental contracts; small exporters; informal lenders; pension funds; minimum-wage laws;
            freight auctions; household budgets; commodity futures; patent licences; labour unions; municipal
            bonds; online marketplaces; farm subsidies; loyalty schemes; school vouchers""",
        "adj": """regional; cash-constrained; publicly listed; short-lived; cross-border; family-owned;
            regulated; urban""",
        "trait": """price dispersion; savings behaviour; labour mobility; default risk; wage growth; market
            concentration; bargaining power; tax compliance; household debt; firm entry; risk aversion;
            contract length; productivity growth; import demand""",
        "means": """difference-in-differences estimation; structural modelling; regression discontinuity;
            synthetic control; field experimentation; vignette surveying; auction simulation;
            instrumental-variable estimation; shift-share decomposition; event-study analysis; bunching
            estimation; text-based forecasting""",
        "act": """forecasting regional unemployment; targeting cash transfers; pricing flood insurance;
            measuring hidden fees; designing fair auctions; tracing supply disruptions; evaluating job
            training; dating business cycles""",
        "material": """payroll records; scanner prices; land registries; customs filings; tax returns; bank
            statements; vacancy postings; household diaries; digitised ledgers""",
        "cause": """currency depreciation; information asymmetry; loss aversion; policy uncertainty;
            collateral scarcity; network congestion; demographic ageing; search friction; peer pressure; trade
            liberalisation""",
        "setting": """in border regions; during credit crunches; among first-time buyers; in thin markets;
            after the reform; across income groups; when enforcement is lax""",
        "subfield": """development economics; labour economics; market design; public finance; behavioural
            economics; economic history""",
    },
    "climate science": {
        "things": """mountain glaciers; monsoon onsets; coastal wetlands; Arctic leads; storm tracks; peat
            bogs; urban heat islands; ocean eddies; dust plumes; boreal forests; ice shelves; marine
            heatwaves; river deltas; stratocumulus decks; permafrost slopes""",
        "adj": """shallow; snow-fed; seasonally frozen; subtropical; wind-driven; polluted; retreating;
            low-lying""",
        "trait": """carbon uptake; melt timing; rainfall intensity; surface albedo; soil moisture; sea-level
            contribution; methane flux; cloud fraction; evaporative demand; heat storage; basal friction;
            aerosol loading; seasonal predictability; nitrogen export""",
        "means": """ensemble reanalysis; eddy-covariance sampling; pattern scaling; radar altimetry; tree-ring
            calibration; large-eddy simulation; detection-and-attribution analysis; sediment coring;
            statistical downscaling; isotope mass balance; emulator-based screening; satellite gravimetry;
            drifter tracking""",
        "act": """attributing extreme heat; closing regional water budgets; warning of flash floods;
            reconstructing past temperatures; mapping unreported emissions; projecting crop losses; ranking
            adaptation options; monitoring reef bleaching""",
        "material": """ship logbooks; ice-core layers; gauge records; satellite radiances; tide tables; pollen
            counts; buoy profiles; herbarium sheets; radiosonde ascents""",
        "cause": """volcanic forcing; land-use change; internal variability; black-carbon deposition; ocean
            stratification; jet-stream meandering; irrigation; vegetation feedback; permafrost thaw;
            ship-track seeding""",
        "setting": """over complex terrain; in the tropical Pacific; at hourly resolution; under high-emission
            scenarios; during dry spells; along sheltered coasts; above the boundary layer""",
        "subfield": """hydroclimatology; polar science; atmospheric chemistry; physical oceanography; impact
            attribution; palaeoclimate research""",
    },
    "linguistics": {
        "things": """tone systems; creole languages; relative clauses; vowel mergers; sign-language dialects;
            loanwords; code-switched utterances; evidential markers; kinship terms; noun classes; discourse
            particles; children's narratives; place names; clitic pronouns; honorific forms""",
        "adj": """endangered; under-described; bilingual; colloquial; historically attested; prosodically
            marked; learner-produced; agglutinative""",
        "trait": """word-order freedom; pitch range; lexical diversity; reading time; stress placement;
            morphological complexity; turn length; acceptability; phoneme frequency; semantic drift; case
            syncretism; speech rate; politeness; prosodic phrasing""",
        "means": """forced alignment; phylogenetic inference; self-paced reading; eye tracking; corpus
            annotation; dialectometry; elicited production; acoustic modelling; distributional clustering;
            artificial-language learning; gesture coding; comparative reconstruction; crowd-sourced
            judgement""",
        "act": """dating sound changes; predicting plural forms; aligning parallel texts; documenting oral
            histories; locating dialect borders; grading learner essays; restoring damaged inscriptions;
            teaching minority languages""",
        "material": """field recordings; parish letters; subtitle corpora; glossed texts; radio interviews;
            dialect atlases; schoolbook exercises; wordlists; courtroom transcripts""",
        "cause": """language contact; frequency of use; analogical levelling; social prestige; processing
            load; orthographic habit; migration; regular sound change; priming; genre convention""",
        "setting": """in spontaneous speech; among heritage speakers; across generations; in noisy rooms; at
            clause boundaries; outside the classroom; in small speech communities""",
        "subfield": """historical linguistics; psycholinguistics; language documentation; sociophonetics;
            computational morphology; typology""",
    },
    "medicine": {
        "things": """cardiac implants; sepsis alerts; hip fractures; insulin regimens; migraine diaries;
            vaccine schedules; lung nodules; sleep apnoea patients; antibiotic courses; retinal scans;
            rehabilitation programmes; kidney transplants; stroke survivors; home monitors; rare anaemias""",
        "adj": """paediatric; recurrent; community-acquired; low-dose; undiagnosed; multi-centre;
            post-operative; severe""",
        "trait": """readmission risk; diagnostic delay; arterial stiffness; dose response; treatment
            adherence; wound healing; viral load; pain intensity; glucose variability; graft survival; immune
            escape; grip strength; resting heart rate; bone density""",
        "means": """propensity matching; wearable sensing; whole-exome sequencing; target-trial emulation;
            joint survival modelling; low-field imaging; microdialysis; contact tracing; adaptive
            randomisation; phenotype clustering; wastewater sampling; stepped-wedge evaluation; chart
            review""",
        "act": """triaging chest pain; scheduling follow-up visits; predicting drug interactions; screening
            newborns; tailoring blood-pressure targets; spotting early delirium; rationing scarce beds;
            counting hidden infections""",
        "material": """discharge letters; registry extracts; pathology slides; nursing notes; insurance
            claims; continuous glucose traces; bedside waveforms; family histories; stored sera""",
        "cause": """chronic inflammation; shift work; polypharmacy; seasonal exposure; waning immunity;
            comorbid depression; referral bias; iron deficiency; staff turnover; airborne pollution""",
        "setting": """in rural clinics; within the first day; among older adults; in intensive care; after
            discharge; where imaging is unavailable; during winter surges""",
        "subfield": """clinical epidemiology; emergency medicine; digital health; transplant medicine;
            preventive cardiology; health services research""",
    },
    "ecology": {
        "things": """pollinator guilds; alpine meadows; seagrass beds; migratory songbirds; soil fungi;
            predator-prey pairs; reef fishes; dung beetles; hedgerow corridors; freshwater mussels; bat
            colonies; invasive vines; old-growth stands; frog choruses; plankton blooms""",
        "adj": """fragmented; grazed; island-dwelling; nocturnal; protected; fire-adapted; drought-stressed;
            restored""",
        "trait": """species richness; breeding success; dispersal distance; seed survival; trophic position;
            body size; nest density; flowering time; genetic diversity; home-range size; parasite burden;
            litter decomposition; recruitment; foraging effort""",
        "means": """camera trapping; environmental DNA sampling; mark-recapture modelling; passive acoustics;
            stable isotope analysis; drone surveying; occupancy modelling; seed-bank assaying; network
            rewiring; radio telemetry; exclosure experimentation; metabarcoding; trait-based ordination""",
        "act": """choosing reserve boundaries; restoring drained fens; counting elusive carnivores; predicting
            pest outbreaks; rebuilding oyster reefs; tracking disease spillover; planting climate-proof
            woodland; auditing conservation spending""",
        "material": """ringing records; museum skins; citizen-science sightings; vegetation plots; acoustic
            archives; hunting bags; historical maps; nest-box logs; fishery landings""",
        "cause": """habitat loss; night lighting; nitrogen deposition; arrival order; overgrazing; inbreeding;
            competitive release; early snowmelt; road traffic; pesticide drift""",
        "setting": """at range margins; on small islands; along elevation gradients; in farmed landscapes;
            after wildfire; below the canopy; between wet and dry seasons""",
        "subfield": """community ecology; conservation planning; movement ecology; restoration ecology;
            population biology; disease ecology""",
    },
    "computer systems": {
        "things": """key-value stores; packet schedulers; file systems; smart contracts; query planners;
            garbage collectors; build pipelines; consensus protocols; memory allocators; branch predictors;
            container registries; spreadsheet formulas; sensor meshes; browser extensions; version-control
            histories""",
        "adj": """distributed; log-structured; multi-tenant; fault-tolerant; serverless; legacy; lock-free;
            battery-powered""",
        "trait": """tail latency; write amplification; energy draw; cache locality; crash consistency;
            cold-start delay; throughput; lock contention; recovery time; code churn; bandwidth use;
            scheduling fairness; test flakiness; space overhead""",
        "means": """symbolic execution; speculative prefetching; erasure coding; differential fuzzing; trace
            replay; type-directed synthesis; kernel bypass; incremental view maintenance; model checking;
            sampling-based profiling; log compaction; learned indexing; static taint analysis""",
        "act": """finding concurrency bugs; placing replicas; verifying device drivers; compressing telemetry;
            rolling back faulty releases; joining skewed tables; detecting insider misuse; provisioning edge
            nodes""",
        "material": """production traces; bug reports; core dumps; commit histories; packet captures; crash
            logs; microbenchmarks; hardware counters; incident reviews""",
        "cause": """clock skew; memory pressure; tenant interference; API misuse; configuration drift; partial
            failure; false sharing; hot-key skew; dependency sprawl; hardware ageing""",
        "setting": """at high load; on flash storage; across availability zones; under network partitions; in
            air-gapped deployments; on many-core servers; when disks fill up""",
        "subfield": """database research; operating systems; software engineering; computer networking;
            program analysis; security engineering""",
    },
}

FIELDS = {name: {slot: _split(text) for slot, text in lists.items()} for name, lists in _FIELD_TEXTS.items()}

COMMON = {
    slot: _split(text)
    for slot, text in {
        "madj": """sparse; hierarchical; modular; two-stage; adaptive; lightweight; probabilistic;
            non-parametric; self-correcting; scalable; interpretable; coarse-to-fine; open-source; streaming;
            semi-automatic; multi-scale; cost-aware; privacy-preserving; fully Bayesian; nested; transferable;
            weakly supervised; time-resolved; reversible; rule-based; minimal; portable; data-driven;
            conservative; doubly robust""",
        "tool": """framework; estimator; pipeline; protocol; toolkit; procedure; workflow; model; algorithm;
            methodology; scheme; test bench; library""",
        "resource": """benchmark; catalogue; reference collection; database; test suite; atlas; inventory;
            corpus""",
        "shifts": """lowers; raises; dampens; amplifies; delays; masks; stabilises; reshapes; inflates;
            constrains; governs; modulates; erodes; accelerates""",
        "flaw": """selection effects; silent failures; spurious correlations; boundary artefacts; missing
            values; rounding errors; outliers; duplicated entries; false alarms; feedback loops; transcription
            slips; sampling gaps; mislabelled items; instrument drifts; survivorship effects; ceiling
            effects""",
        "rival": """the strongest published baseline; expert judgement; a naïve average; manual scoring; the
            Jørgensen correction; a linear reference model; the two-parameter Szabó model; conventional
            practice; a random-effects model; the Kübler index; a nearest-neighbour rule; visual inspection; a
            black-box competitor; last year's best entry; the Peña–Marchetti scheme; an oracle with full
            information; simple thresholding; a commercial package; the consensus estimate; single-pass
            screening""",
        "eponym": """Szabó; Jørgensen; Kübler; Peña; Lindström; Brontë–Hale; Götz; Marchetti; Okonjo;
            Château""",
        "formulation": """constrained matching; sequential design; sparse regression; optimal transport; graph
            partitioning; robust ranking; change-point detection; missing-data imputation; multi-objective
            search; density-ratio estimation; interval scheduling; tensor completion""",
        "resampling": """leave-one-site-out validation; a block bootstrap; nested cross-validation; {n} Monte
            Carlo draws; stratified resampling; a jackknife over {small} groups; posterior sampling; repeated
            random splitting""",
        "complexity": """in O(n log n) time; in O(n) memory; in linear time; in O(n^2) operations at worst; in
            under {small} minutes; in polynomial time; overnight; in O(k log n) rounds""",
        "formal": """for a tolerance epsilon of 0.0{d}; at a significance level alpha of 0.0{d}; with shape
            parameter β = 0.{d}{d}; whenever lambda exceeds {x}; for exponents gamma between {x} and 9.{d};
            under weak smoothness assumptions; up to a factor of log n; with probability at least 1 - delta;
            within {small} sigma; for every theta in the admissible range; after rescaling by kappa; for any
            choice of mu; regardless of how ties are broken; once the burn-in of {n} steps is over""",
        "bound": """upper and lower limits; a sharp inequality; a simple recursion; finite-sample guarantees;
            a closed expression; minimax rates""",
        "audience": """practitioners; regulators; survey planners; teachers; field teams; software
            maintainers; city authorities; funding agencies; instrument builders; early-career researchers;
            local communities; laboratory managers; data stewards""",
        "virtue": """easy to audit; cheap to run; robust to missing entries; simple to retrofit; free of
            tuning knobs; straightforward to teach; invariant to relabelling; usable without specialist
            training; compatible with older archives; fast enough for daily use; stable from year to year;
            transparent about its limits""",
        "span": """over {small} years; across {n} sites; in {small} countries; between 1987 and 2016; over
            {small} consecutive seasons; at {n} stations; by {small} independent teams; from 2009 onwards; within a
            single decade; over a full decade""",
        "gain": """by {pct}; by a factor of {x}; by nearly a third; by {pct} on average; by about one half; by
            roughly {pct}; by {x} standard deviations; by {pct} at the median; by between {pct} and 60%; at
            least {x}-fold""",
        "stat": """(r = 0.{d}{d}); (95% interval {x} to 9.{d}); (p < 0.00{d}); (slope {x} per unit); ({ratio}
            cases); (effect size 0.{d}{d}); (median {x})""",
        "small": """three; four; five; six; seven; eight; nine; eleven; twelve; fourteen""",
        "place": """two national archives; the Vallborg campaign; {small} partner groups; the Ostrava–Kielce
            transect; an earlier pilot; the Sørvik station; public repositories; {n} laboratories; the Grünau
            programme; a decade of field seasons; the Quillmere series; three continents""",
        "adv": """consistently; sharply; modestly; reliably; unexpectedly; gradually; markedly; only weakly;
            steadily; substantially; uniformly; disproportionately""",
    }.items()
}

# One pattern per bullet, by the part it plays in an abstract.
PATTERNS: dict[str, tuple[str, ...]] = {
    role: _split(text, "* ")
    for role, text in {
        "open": """
        * [Explaining|Predicting|Understanding] the {goal} of {topic} is [central to|a long-standing aim
          of|still an open problem in] {subfield}.
        * {topic} are widely used for {act}, [yet|but] their {goal} has rarely been measured {setting}.
        * [For decades,|Until recently,|By and large,] {subfield} has treated {cause} as a nuisance rather
          than a clue to the {goal} of {topic}.
        * [Whether|To what extent] {cause} {shifts} the {goal} of {topic} remains [disputed|unsettled|an open
          question], not least {setting}.
        * Most [accounts|models|studies] of {topic} take {trait} to be [fixed|known in advance|uniform], an
          assumption that [fails|breaks down|becomes untenable] {setting}.
        * {act} [calls for|hinges on|requires] sound estimates of {trait}, which {material} alone cannot
          supply for {topic}.
        * The {goal} of {topic} [drifts|fluctuates|varies] {setting} for reasons that [remain obscure|are only
          partly understood|few theories anticipate].
        * [Few|Not many] questions in {subfield} have drawn as much debate as the way {cause} {shifts} {goal}
          in {topic}.
        * Researchers in {subfield} increasingly turn to {means} [whenever|where] {material} are
          [scarce|unreliable|expensive to collect].
        * Progress in {means} has put {act} within reach, although {topic} have [mostly been left
          aside|received little attention].
        * How can one compare {topic} [observed|studied] {setting} when {goal} is confounded with {cause}?
        * Received wisdom holds that {cause} {shifts} the {goal} of {topic}; [direct evidence is thin|support
          for this is surprisingly weak].
        * {cause} distorts {trait} in [subtle|systematic|hard-to-detect] ways, and {topic} are no exception.
        * [Growing|Vast] archives of {material} now document {topic} {setting}, opening a new route to {act}.
        * Because {goal} and {trait} are [entangled|tightly coupled|hard to separate], conclusions about
          {topic} often rest on {means} alone.
        * “{cause}” is a [fashionable|convenient] label in {subfield}, but what it implies for the {goal} of
          {topic} is seldom spelled out.
        * The textbook picture of {topic}—stable {goal}, negligible {cause}—[sits uneasily with|is at odds
          with] what {material} reveal.
        * [Anyone|Everyone] working on {act} sooner or later [meets|runs into] {topic} whose {goal} defies
          {means}.
        """,
        "gap": """
        * Existing [approaches|methods|tools] built on {means} [ignore|overlook|cannot represent] {cause} and
          therefore [misjudge|overstate|blur] {trait}.
        * Earlier attempts were limited to {things} and [offered no way of|stopped short of] {act}.
        * [Unfortunately,|In practice,] {means} [breaks down|becomes unreliable] {setting}, where {flaw} are
          common.
        * What is missing is a [principled|practical|transparent] link between {trait} and {cause}.
        * Competing explanations point to {cause}, {cause} or {cause}, and no single study has weighed them
          together.
        * Reported values disagree by as much as {pct}, [partly|chiefly] because {material} are
          [processed|selected|weighted] differently from one group to another.
        * Current practice relies on {rival}, which [says little about|hides changes in] {trait} and invites
          {flaw}.
        * To date, {things} have been examined one at a time, leaving their {trait} [poorly
          constrained|essentially unknown].
        * The difficulty is that {material} [seldom|hardly ever] record {cause} and {trait} together.
        * Attempts to repair this with {means} [bring|introduce] {flaw} of their own.
        * {flaw} [in|hidden in] {material} are easily mistaken for genuine changes in {goal}.
        * No [public|shared|agreed] {resource} exists for {act}, so claims about {things} are difficult to
          [check|reproduce|compare].
        * Neither {means} nor {means} was designed with {cause} in mind.
        * Theory [offers|gives] little guidance here: depending on the assumptions, {cause} may either help or
          harm {trait}.
        """,
        "aim": """
        * [We present|We introduce|Here we describe|This paper presents] {name}, a {madj} {tool} for {act}
          that [combines|marries] {means} and {means}.
        * [Here we ask|This paper asks|We ask] whether {means} can recover the {goal} of {topic} {setting}.
        * We revisit {topic} with {way}, [treating|modelling] {cause} [explicitly|as a latent variable|jointly
          with {trait}].
        * This [article|paper|study] develops {way} as a {madj} [alternative to|replacement for] {rival}.
        * To [close|narrow] this gap we propose {name}, which couples {means} to a {madj} model of {cause}.
        * Our starting point is a simple [observation|idea]: {cause} leaves a [trace|signature] in {trait}
          that {means} can [pick up|exploit].
        * We report the first [systematic|large-scale|controlled] comparison of {things} and {things} in terms
          of {goal}.
        * [Motivated|Prompted] by such doubts, we [recast|reformulate] {act} as a problem of {formulation} and
          solve it with {way}.
        * The present work [quantifies|traces|isolates] the contribution of {cause} to the {goal} of {topic}
          {setting}.
        * {name} is a {madj} {tool} [designed|built] to measure {goal} [directly|without recourse to {rival}].
        * We [argue|propose] that {topic} should be studied through {trait} rather than {trait}, and
          [supply|develop] a {madj} {tool} for doing so.
        * In this work, {way} is [adapted|extended] to {topic}, with particular attention to {cause}.
        * We [derive|establish] {bound} for the {goal} of {topic} {formal}.
        * This study [puts|brings] {material} and {material} together to [reconstruct|estimate] how {cause}
          {shifts} {goal}.
        * Our [aim|goal] is [modest|practical]: {act} with {way} and no [hand-tuned|manually chosen]
          parameters.
        * Starting from {material}, we construct {name}, an openly documented {resource} of {big} {things}.
        """,
        "method": """
        * The [method|procedure|approach] alternates between {means} and {means} until {trait}
          [settles|converges] {formal}.
        * A first stage [filters|aligns|summarises] {material}; a second applies {means} to [resolve|remove]
          {flaw}.
        * Rather than [averaging over|discarding] {material}, we assign each [record|observation|sample] a
          weight that reflects {trait}.
        * We [calibrate|validate] the [estimates|predictions] against {rival}, correcting for {flaw} with the
          {eponym} [test|criterion|correction].
        * Each of the {n} [cases|instances|units] is described by {trait}, {trait} and {trait}, then matched
          to a [comparable control|similar counterpart].
        * The key [ingredient|step] is a {madj} [prior|penalty|constraint] that ties {trait} to {cause}
          {formal}.
        * [Inference|Estimation|Computation] runs {complexity}, so that even {big}
          [entries|observations|records] fit on [a single workstation|modest hardware].
        * By [exploiting|reusing] {material}, the scheme [avoids|sidesteps] the {flaw} that
          [plague|trouble|hamper] {means}.
        * {means} supplies [initial guesses|coarse estimates], which are then refined by {means} {setting}.
        * We vary {cause} [over {small} levels|in {small} steps] while holding {trait} and {trait} [constant|fixed].
        * Uncertainty in {trait} is [propagated|carried forward] by {resampling}, {formal}.
        * The model [separates|splits] {goal} into a [slow|persistent] component driven by {cause} and a
          [fast|transient] one linked to {cause}.
        * An auxiliary [module|term|check] monitors {trait} and [halts|flags|rejects] any [run|fit] in which
          {flaw} dominate.
        * In contrast to {rival}, our [formulation|design] needs neither {material} nor prior knowledge of
          {trait}.
        * Two [observers|annotators|teams], blind to {cause}, [scored|coded|inspected] every [item|sample] for
          {trait} (kappa = 0.{d}{d}).
        * We [supplement|replace] {means} with a {madj} [routine|search] that is {virtue} and {virtue}.
        * Parameters are [chosen|set] by {resampling} on {material} held apart from [the main analysis|all
          later steps].
        * Formally, we [minimise|bound] the discrepancy between predicted and [measured|recorded] {trait}
          {formal}.
        * [Crucially,|Importantly,] no {material} are needed: {means} extracts {trait} from {things}
          {complexity}.
        """,
        "data": """
        * [The analysis draws on|Our evidence comes from|We assemble] {big} {things}
          [recorded|sampled|collected] {span}, together with {material}.
        * We [test|evaluate] these ideas on {n} {things} and on {material} from {place}.
        * [Experiments|Trials] cover {small} settings, among them {things}, {things} and {things}.
        * {material} from {place} were [digitised|pooled|harmonised] and screened for {flaw}, leaving {big}
          usable [records|cases].
        * The resulting [collection|sample] spans {things} as well as {things} and is, to our knowledge, the
          largest of its kind.
        * For [validation|comparison], we [re-analyse|revisit] {n} published cases in which {trait} was
          determined by {means}.
        * [About half|A quarter|One fifth] of the {big} [records|observations] from {place} were [set
          aside|reserved] before the work began.
        * {n} {things} were [followed|monitored] {span}, and {material} were added where {trait} was missing.
        * Ground truth is [provided|supplied] by {material}, [cross-checked|verified] {span} against {rival}.
        * [Drawing|Relying] on {place}, we [join|connect] {big} {things} to {material} gathered {setting}.
        * Measurements of {trait} were repeated {span} to [rule out|guard against] {flaw}.
        """,
        "result": """
        * We find that {cause} {shifts} {goal} {gain}, [an effect|a change] that persists {setting}.
        * [Contrary to expectation,|Against our prediction,] {trait} [rises|falls|grows|declines] with {trait}
          {stat}, and the trend [reverses|flattens|steepens] {setting}.
        * {cause} [accounts for|explains] {pct} of the variance in {goal}, {cause} a further {pct}.
        * {ratio} [trials|comparisons] show [a clear|a measurable|a sizeable] change in {trait} once {cause}
          is [removed|controlled|taken into account].
        * [Estimates|Predictions] of {goal} [agree with|match] {rival} to within {pct}, at [a fraction|about a
          tenth] of the [cost|effort].
        * The [largest|strongest] [gains|differences] appear {setting}, where {rival} loses {pct} of its
          [accuracy|precision].
        * {name} [reaches|attains] a score of {scores} for {rival}.
        * {things} and {things} [differ|diverge] in {trait} by [no more than|at least] {pct} {formal}.
        * On {material}, {way} [reduces|cuts] the error in {goal} {gain} [relative to|compared with] {rival}.
        * [Doubling|Halving] {trait} {shifts} {goal} {adv}, whereas {cause} has [no detectable|a much weaker]
          influence {stat}.
        * The [relation|association] between {goal} and {trait} is {adv} [nonlinear|monotone]: beyond {x}
          units, {cause} takes over.
        * Out of {n} {things}, only {small} [deviate|depart] {adv} from the predicted {trait}.
        * {way} [halves|shortens] the time needed for {act} and [remains|stays] {virtue}.
        * [Together|Jointly], {means} and {means} recover {trait} with a median error of {pct} {setting}.
        * [Strikingly,|Notably,] {goal} responds {adv} to {cause} but not to {cause} {stat}.
        * [Relative to|Measured against] {rival}, {flaw} become {x} times rarer and {trait} improves {gain}.
        * Where {trait} is [low|high], {cause} {shifts} {goal} {gain}; elsewhere the [effect|influence]
          vanishes.
        * We [detect|identify] {small} distinct [regimes|groups], separated by {trait} and each dominated by
          {cause} or {cause}.
        * The [fitted|inferred] {goal} of {topic} is {x} (± 0.{d}) times the value [implied|suggested] by
          {material}.
        """,
        "detail": """
        * [Removing|Omitting] {means} costs {pct} in {trait}, which [suggests|indicates] that {cause} matters
          most {setting}.
        * [Sensitivity checks|Robustness tests] with {resampling} leave this picture unchanged {formal}.
        * A closer look [attributes|ascribes] the remaining error to {flaw} and, {setting}, to {cause}.
        * The pattern [holds|survives] for {things} and {things} alike, but [weakens|fades] once {trait} is
          accounted for.
        * [Interestingly,|Curiously,] {things} recorded {span} show the opposite [sign|tendency] {stat}.
        * Simulations [reproduce|mimic] the observed {trait} only if {cause} acts before {cause}.
        * An [ablation|auxiliary analysis] shows that {trait} depends {adv} on {means}, and hardly at all on
          {means}.
        * Case studies of {things} and {things} [illustrate|reveal] how {flaw} arise when {cause} is
          neglected.
        * This [asymmetry|contrast] can be traced to {cause}, which {shifts} {trait} {setting}.
        * [Rerunning|Repeating] the analysis on {material} from {place} changes {goal} by less than {pct}.
        * We also [prove|show] that {goal} cannot be identified from {material} alone {formal}.
        * Interviews with {n} {audience} [confirm|suggest] that {trait} is what matters in day-to-day work.
        * The same mechanism—{cause} followed by {cause}—[explains|accounts for] earlier puzzles about
          {things}.
        * So-called “{flaw}” turn out to be [harmless|benign] for {trait} but [damaging|costly] for {trait}.
        * A [small|simple] analytic model, solved {complexity}, links {trait} to {cause} and [captures|fits]
          {pct} of the cases.
        """,
        "caveat": """
        * [The conclusions|These findings] are [limited|restricted] to {things} and may not [extend|carry
          over] to {things} {setting}.
        * [Some caution|Care] is [warranted|needed], since {material} from {place} were not available to us.
        * A [remaining|notable] weakness is the reliance on {means}, which can introduce {flaw}.
        * We cannot [exclude|rule out] that {cause} rather than {cause} [underlies|drives] part of the effect.
        * [Longer|Denser] series of {material} will be [needed|required] to settle the role of {cause}.
        * Performance [drops|degrades] {setting}, and we [discuss|document] failures involving {things} in
          detail.
        * At present {way} [assumes|presupposes] that {trait} is observed without {flaw}.
        * Costs are [not negligible|real]: {act} still takes {small} [days|hours] and demands {material}.
        """,
        "close": """
        * [Taken together, these results|Our findings|The results] [suggest|imply] that {act} should begin
          with {trait} rather than {trait}.
        * For {audience}, the [message|lesson] is that {cause} can be [monitored|managed] with {means} at
          little extra cost.
        * [More broadly,|Beyond {subfield},] the [approach|strategy] offers {audience} a tool that is
          {virtue}.
        * We [conclude|close] with recommendations for {audience} who [collect|curate|publish] {material}.
        * These [insights|observations] [open the door to|pave the way for] {act} {setting}.
        * The work [challenges|questions] the habit of reading {trait} as a proxy for {goal} in {topic}.
        * It follows that {cause} deserves a [larger|more prominent] place in [theories|models] of {topic}.
        * [Future|Further] work will [pair|combine] {means} with {material} in order to [tackle|examine]
          {things}.
        * [We hope|Our hope is] that {audience} will find the {resource} {virtue} and [extend|adapt] it to
          {things}.
        * If [confirmed|replicated], the link between {goal} and {cause} would [change|simplify] {act}
          considerably.
        * Seen in this light, {topic} are less a special case than a [guide|template] for {subfield}.
        * Such [evidence|knowledge] is [timely|useful] now that {audience} must decide between {means} and
          {means}.
        * {way} thus [turns|converts] {material} into a [dependable|practical] record of {goal}.
        * [Possible|Immediate] applications include {act} and {act}.
        """,
        "link": """
        * [Code is available at|Our code is released at|The software can be found at] {repo}.
        * [All scripts|Source code] and {material} are [hosted at|archived under] {repo}.
        * [Project page|Further examples]: {page}.
        * An interactive [demonstration|viewer] for {things} is [online|available] at {page}.
        * {material} and [models|fitted parameters] are [shared|published] at {repo}, with a guide for
          {audience} at {page}.
        """,
    }.items()
}

TITLES = _split(
    """
    * {name}: {madj} {means} for {topic}
    * {name}: {act} with {means} and {means}
    * {name}: a {madj} {tool} for {act}
    * How {cause} {shifts} the {goal} of {topic}
    * {cause} and the {goal} of {topic} {setting}
    * On the {goal} of {topic} {setting}
    * Does {cause} explain the {goal} of {topic}?
    * {means} meets {means}: rethinking {topic}
    * Towards {madj} {means} for {act}
    * {act} with {means} {setting}
    * {topic} {setting}: the role of {cause}
    * Measuring {goal} in {topic} with {means}
    * What {material} reveal about the {goal} of {topic}
    * From {material} to {goal}: a {madj} {tool}
    * Beyond {means}: {goal} and {cause} in {topic}
    * A {madj} {tool} for the {goal} of {topic}
    * The limits of {means} for {act}
    * {goal}, {cause} and the fate of {topic}
    * Learning from {material}: {goal} {setting}
    * Is {goal} enough? {topic} under {cause}
    * Revisiting {topic} with {means}
    * A {resource} of {topic} for {act}
    """,
    "* ",
)

SHARED_TITLES = _split("""Open Problems in {field}; A Short Guide to {field}; Ten Years of Change in {field};
    New Directions in {field}; Measurement and Meaning in {field}; Lessons From the History of {field};
    Some Notes on Method in {field}; Common Ground and Controversy in {field}""")
INSTITUTES = _split("""Halvorsen Institute; University of Quillmere; Brackwater Labs; Tessaly AI;
    Grünau Polytechnic; Institute for Applied Tides; Nordhaven Research; Sørvik Observatory;
    Ostrelia University; Pinefield Systems""")
NAME_STARTS = _split("""Tarn; Vel; Orm; Quill; Bex; Lumi; Kest; Sorr; Mira; Dray; Fen; Hol; Jass; Cael; Noro;
    Pell; Ruv; Thal; Ulm; Wex; Yar; Zeph; Ald; Bram; Corv; Esk; Gair; Isen""")
NAME_ENDS = _split("""wick; dara; etto; form; grid; lune; mark; nova; path; quin; ridge; sonde; tide; vane;
    well; xis; yard; zan; bourne; cast; fold; gate; loom; mere; net; scope""")

# Word for word and in the same grammar, so that a reworded copy still reads.
SYNONYMS: dict[str, str] = dict(
    pair.split(":", 1)
    for pair in _split(
        """
        show:demonstrate; shows:demonstrates; suggest:indicate; suggests:implies; indicates:suggests;
        imply:suggest; method:technique; approach:strategy; procedure:routine; propose:suggest;
        describe:present; develops:proposes; measure:quantify; predictions:forecasts; rarely:seldom;
        seldom:rarely; often:frequently; widely:commonly; remains:stays; remain:stay; requires:needs;
        needed:required; required:necessary; scarce:rare; unreliable:untrustworthy; common:frequent;
        limited:confined; restricted:limited; study:investigation; paper:article; article:paper;
        findings:results; results:findings; observed:recorded; recorded:logged; collected:gathered;
        gathered:collected; sampled:drawn; effect:impact; influence:effect; changes:shifts; clear:marked;
        connection:link; cost:expense; accuracy:precision; precision:accuracy; largest:biggest;
        appear:emerge; persists:endures; reduces:decreases; cuts:lowers; lowers:reduces; raises:increases;
        dampens:weakens; amplifies:magnifies; delays:postpones; masks:conceals; stabilises:steadies;
        reshapes:alters; inflates:exaggerates; constrains:limits; governs:controls; modulates:adjusts;
        erodes:undermines; accelerates:hastens; consistently:invariably; sharply:steeply; modestly:slightly;
        reliably:dependably; unexpectedly:surprisingly; gradually:slowly; markedly:noticeably;
        steadily:constantly; substantially:considerably; uniformly:evenly; framework:system;
        pipeline:workflow; toolkit:toolbox; workflow:pipeline; scheme:method; although:though; but:yet;
        because:since; roughly:approximately; nearly:almost; chiefly:mainly; partly:partially;
        simple:straightforward; new:fresh; earlier:previous; existing:current; current:present;
        different:distinct; distinct:separate; difficult:hard; easily:readily; key:main; main:principal;
        thus:hence; also:further; records:entries; entries:records; observations:measurements;
        cases:instances; instances:cases; samples:specimens; hierarchical:layered; modular:composable;
        lightweight:compact; probabilistic:stochastic; scalable:extensible; interpretable:readable;
        minimal:bare; portable:transferable; conservative:cautious; deserves:merits; include:comprise;
        future:upcoming; easy:simple; cheap:inexpensive; robust:resilient; straightforward:easy;
        confirm:verify; illustrate:exemplify; reveal:expose; survives:persists; attributes:assigns;
        variance:variation; weakness:shortcoming; reliance:dependence; caution:prudence; lesson:message;
        message:lesson; recommendations:suggestions; habit:practice; begin:start; possible:potential;
        applications:uses; failures:breakdowns; picture:view; opposite:reverse; tendency:trend;
        trend:tendency; mechanism:process; harmless:innocuous; benign:harmless; damaging:harmful;
        costly:expensive; expensive:costly; persistent:lasting; transient:fleeting; flags:marks;
        halts:stops; rejects:discards; dominate:prevail; refined:improved; coarse:rough;
        initial:preliminary; reflects:mirrors; resolve:settle; remove:eliminate; removed:eliminated;
        discrepancy:difference; predicted:expected; propagated:transmitted; driven:caused; linked:tied;
        measurable:detectable; sizeable:considerable; reverses:flips; expectation:intuition;
        responds:reacts; regimes:phases; dominated:ruled; digitised:scanned; pooled:merged;
        screened:checked; repeated:replicated; supplied:provided; provided:supplied; monitored:tracked;
        added:appended; obscure:unclear; fluctuates:varies; varies:fluctuates; debate:discussion;
        confounded:confused; conclusions:inferences; entangled:intertwined; fashionable:popular;
        convenient:handy; defies:resists; understood:explained; disputed:contested; unsettled:unresolved;
        assumption:premise; subtle:delicate; systematic:methodical; route:path; thin:slim;
        surprisingly:remarkably; explicitly:directly; practical:pragmatic; constant:fixed; fixed:constant;
        replacement:substitute; quantifies:measures; isolates:separates; idea:notion; signature:fingerprint;
        exploit:harness; doubts:concerns; poorly:badly; essentially:virtually; repair:fix; genuine:real;
        guidance:direction; harm:damage; prominent:visible; dependable:trustworthy; combines:joins;
        tackle:address; additional:further; comparable:similar; similar:comparable; weaker:smaller;
        hidden:buried; tools:instruments; neglected:ignored; ignore:neglect; scored:rated;
        warranted:advisable; drops:falls; degrades:worsens; challenges:disputes; considerably:greatly;
        assign:give; carried:taken; role:part; detail:depth; discuss:examine; extend:expand; adapt:adjust;
        comparison:contrast; attempts:efforts; alike:equally; remaining:residual; clue:hint; deviate:differ;
        depart:differ; detect:identify; identify:recognise; extra:added; supplies:provides;
        interestingly:curiously; curiously:interestingly; strikingly:remarkably; notably:strikingly;
        crucially:importantly; importantly:crucially; unfortunately:regrettably; inferred:deduced;
        implied:suggested; suggested:implied; determined:established; whenever:wherever; opening:offering;
        misjudge:misread; overstate:exaggerate; blur:obscure; designed:built; recover:retrieve;
        particular:special; halves:cuts; shortens:reduces; weakens:fades; fades:weakens; validate:verify;
        calibrate:tune; correcting:adjusting; described:characterised; avoids:evades;
        sidesteps:avoids; plague:trouble; trouble:plague; hamper:hinder; guesses:estimates; vary:alter;
        holding:keeping; splits:divides; inspected:examined; replace:supplant; supplement:complement;
        chosen:selected; minimise:reduce; examine:study; conclude:finish; turns:converts; converts:turns;
        useful:helpful; timely:opportune; decide:choose; offers:gives; gives:offers; managed:controlled;
        broadly:generally; stopped:fell; drives:underlies; underlies:drives; exclude:dismiss;
        settle:resolve; presupposes:assumes; assumes:presupposes; demands:requires
        """
    )
)


def _percent(draw: Draw) -> str:
    return f"{draw.between(2, 48)}%" if draw.chance(0.4) else f"{draw.between(1, 38)}.{draw.between(1, 9)}%"


def _big(draw: Draw) -> str:
    if draw.chance(0.2):
        return f"{draw.between(1, 8)}.{draw.between(1, 9)} million"
    return f"{draw.between(1, 96)},{draw.between(0, 999):03d}"


def _ratio(draw: Draw) -> str:
    total = draw.between(17, 160)
    return f"{draw.between(total // 3, total - 1)} of {total}"


def _scores(draw: Draw) -> str:
    high = draw.between(55, 97)
    return f"0.{high} against 0.{draw.between(41, high - 3)}"


_NUMBERS: dict[str, Callable[[Draw], str]] = {
    "n": lambda draw: str(draw.between(21, 480)),
    "d": lambda draw: str(draw.between(1, 9)),
    "x": lambda draw: f"{draw.between(1, 8)}.{draw.between(1, 9)}",
    "pct": _percent,
    "big": _big,
    "ratio": _ratio,
    "scores": _scores,
}

_AN = re.compile(r"\b([Aa]) (?=(?!uni|use|usa|one|eu)[aeiouAEIOU])")
_SMALL_WORDS = frozenset(_split("a; an; and; as; at; by; for; from; in; of; on; or; the; to; under; with"))


class Writer:
    """Writes about one topic of one field; lists are dealt like decks of cards, so words recur late."""

    def __init__(self, draw: Draw, field: str) -> None:
        self.field = field
        self._draw = draw
        lists = sorted({**COMMON, **FIELDS[field]}.items())
        self._decks = {slot: draw.some(words, len(words)) for slot, words in lists}
        self._plain = draw.chance(0.35)  # typed without curly quotes and long dashes
        self._title_case = draw.chance(0.7)
        self._bound = {
            "topic": f"{self._decks['adj'].pop()} {self._decks['things'].pop()}",
            "goal": self._decks["trait"].pop(),
            "way": f"{self._decks['madj'].pop()} {self._decks['means'].pop()}",
            "name": draw.pick(NAME_STARTS) + draw.pick(NAME_ENDS) + ("-2" if draw.chance(0.1) else ""),
        }

    def title(self) -> str:
        """4 to 12 words."""
        while True:
            text = self._fill(self._draw.pick(TITLES))
            if 4 <= len(text.split()) <= 12:
                return _title_case(text) if self._title_case else text

    def abstract(self) -> tuple[str, ...]:
        """4 to 9 sentences, 90 to 205 words in all."""
        while True:
            parts = ["open", "aim"]
            parts += ["method"] * self._draw.between(1, 2) + ["result"] * self._draw.between(1, 2)
            chances = {"gap": 0.6, "data": 0.6, "detail": 0.7, "caveat": 0.3, "close": 0.8, "link": 0.17}
            parts += [part for part, chance in chances.items() if self._draw.chance(chance)]
            sentences: list[str] = []
            for part in PATTERNS:
                sentences += map(self._fill, self._draw.some(PATTERNS[part], parts.count(part)))
            if 90 <= sum(len(sentence.split()) for sentence in sentences) <= 205 and len(sentences) <= 9:
                return tuple(sentences)

    def _fill(self, pattern: str) -> str:
        while "[" in pattern:
            pattern = re.sub(r"\[([^\[\]]*)\]", lambda found: self._draw.pick(found[1].split("|")), pattern)
        while "{" in pattern:
            pattern = re.sub(r"\{(\w+)\}", lambda found: self._slot(found[1]), pattern)
        text = _AN.sub(r"\1n ", pattern)
        if self._plain:
            text = text.replace("“", '"').replace("”", '"').replace("—", " -- ").replace("–", "-")
        first = 1 if text[0] in '"“' else 0
        return text[:first] + text[first].upper() + text[first + 1 :]

    def _slot(self, slot: str) -> str:
        if slot in self._bound:
            return self._bound[slot]
        if slot in _NUMBERS:
            return _NUMBERS[slot](self._draw)
        if slot in ("repo", "page"):
            return self._address(slot)
        deck = self._decks[slot]
        deck.append(deck.pop(0))
        qualified = slot == "things" and self._draw.chance(0.4)
        return f"{self._slot('adj')} {deck[-1]}" if qualified else deck[-1]

    def _address(self, slot: str) -> str:
        name = self._bound["name"].lower()
        if slot == "page":
            return f"https://{name}.github.io"
        owner = (self._draw.pick(NAME_STARTS) + self._draw.pick(NAME_ENDS)).lower()
        return f"https://github.com/{owner}{self._draw.pick(['', '-lab', '-group'])}/{name}"


def _title_case(text: str) -> str:
    words = text.split(" ")
    for place, word in enumerate(words):
        if place == 0 or word not in _SMALL_WORDS:
            words[place] = word[0].upper() + word[1:]
    return " ".join(words)


def alter(draw: Draw, kind: str, title: str, other_title: str, sentences: Sequence[str]) -> tuple[str, str]:
    """Title and abstract of a copy of the given kind; kinds that change neither return them as they are."""
    text = " ".join(sentences)
    match kind:
        case "dash_and_quote":
            return _retype(draw, title, 1), _retype(draw, text, 5)
        case "latex":
            return _latex(draw, title, 0), _latex(draw, text, 3)
        case "case_and_spacing":
            return title.upper(), _respace(draw, text)
        case "reworded":
            return title, _reword(draw, text)
        case "sentence_dropped":
            return title, _drop_sentence(draw, sentences)
        case "cut_short":
            return title, _cut_short(draw, text)
        case "retitled":
            return other_title, text
        case _:
            return title, text


_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}


def _retype(draw: Draw, text: str, marks: int) -> str:
    # Other dashes, quotes and hyphens, up to `marks` ligatures and `marks` no-break spaces.
    if "“" in text or "—" in text:
        text = re.sub("[“”]", '"', text).replace("—", draw.pick([" - ", " -- ", "–"]))
    else:
        text = re.sub('"([^"]*)"', "“\\1”", text).replace(" -- ", "—")
    words = text.replace("'", "’").split(" ")
    ligatures = 0
    for place in draw.some(range(len(words)), len(words)):
        if "http" in words[place]:
            continue
        if draw.chance(0.7):
            words[place] = re.sub(r"(?<=\w)-(?=\w)", draw.pick("\u2010\u2011"), words[place])
        found = re.search("ffi|ffl|fi|fl|ff", words[place])
        if found and ligatures < marks:
            words[place] = words[place].replace(found[0], _LIGATURES[found[0]])
            ligatures += 1
    return _join(words, dict.fromkeys(draw.some(range(1, len(words)), marks), "\u00a0"))


def _join(words: Sequence[str], gaps: dict[int, str]) -> str:
    # Single spaces, but before the word at a place in `gaps` what stands there.
    return words[0] + "".join(gaps.get(place, " ") + words[place] for place in range(1, len(words)))


_GREEK = re.compile(r"\b(alpha|delta|epsilon|gamma|kappa|lambda|mu|sigma|theta)\b")
_TEX = dict(
    pair.split(" ")
    for pair in _split(
        r"""% \%; β $\beta$; ± $\pm$; “ ``; ” ''; — ---; – --; á \'a; â \^a; é \'e; ë \"e; ï \"{\i}; ñ \~n;
        ó \'o; ö \"o; ø {\o}; ü \"u"""
    )
)


def _latex(draw: Draw, text: str, emphasised: int) -> str:
    # The same text as its LaTeX source, with `emphasised` words set off.
    words = text.split(" ")
    plain = [place for place, word in enumerate(words) if re.fullmatch("[a-z]{6,}", word)]
    for place in draw.some(plain, emphasised):
        words[place] = draw.pick([r"{\em %s}", r"\textit{%s}"]) % words[place]
    text = re.sub(r"O\(([^)]+)\)", r"$O(\1)$", " ".join(words)).replace("log n)$", r"\log n)$")
    text = _GREEK.sub(r"$\\\1$", text).replace("of log n", r"of $\log n$")
    return "".join(_TEX.get(letter, letter) for letter in text)


def _respace(draw: Draw, text: str) -> str:
    words = text.split(" ")
    wide = draw.some(range(1, len(words)), draw.between(3, 8))
    return _join(words, dict.fromkeys(wide, "  ")) + " " * draw.between(1, 3)


def _reword(draw: Draw, text: str) -> str:
    # About 4 to 7 % of the words replaced, one by one.
    words = text.split(" ")
    parts = [re.fullmatch(r"([A-Za-z]+)([.,;:]?)", word) for word in words]
    known = [(place, part) for place, part in enumerate(parts) if part and part[1].lower() in SYNONYMS]
    for place, part in draw.some(known, round(len(words) * (0.04 + 0.03 * draw.unit()))):
        new = SYNONYMS[part[1].lower()]
        words[place] = (new.capitalize() if part[1][0].isupper() else new) + part[2]
        if place and words[place - 1] in ("a", "an"):
            words[place - 1] = "an" if new[0] in "aeiou" else "a"
    return " ".join(words)


def _drop_sentence(draw: Draw, sentences: Sequence[str]) -> str:
    lengths = [len(sentence.split()) for sentence in sentences]
    short = [place for place, length in enumerate(lengths) if length <= sum(lengths) / 4]
    dropped = draw.pick(short or [lengths.index(min(lengths))])
    return " ".join(sentence for place, sentence in enumerate(sentences) if place != dropped)


def _cut_short(draw: Draw, text: str) -> str:
    words = text.split(" ")
    kept = " ".join(words[: ceil(len(words) * (0.35 + 0.43 * draw.unit()))])
    ending = draw.pick(["...", "…", ""])
    return kept.rstrip(",;:.") + ending if ending else kept
